"""How good the steps are, on labelled data: what ``make quality`` prints."""
