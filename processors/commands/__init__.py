"""The command line: ``onrecord COMMAND``. ``main`` knows the commands, each module here is one."""
