"""What Streamlit runs for each visitor: the frame and the page that the address names."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import layout

static = Path(__file__).parent / "static"
st.set_page_config(page_title="On the Record", page_icon=static / "mark.svg", layout="wide")
layout.frame()
st.logo(str(static / "wordmark.svg"), icon_image=str(static / "wordmark.svg"))
pages = [
    st.Page("views/live.py", title="Live", default=True),
    st.Page("views/pipeline.py", title="Pipeline", url_path="pipeline"),
]
page = st.navigation(pages, position="top")
layout.phone_navigation(pages)
page.run()
