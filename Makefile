# Two commands: `make run` and `make test`. Each does its own set-up.
