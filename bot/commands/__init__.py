"""What each command of `seller` does; one module a command, so that a command pays only for its own imports."""
