"""`python -m crmtool`: the command line, for whoever knows the interpreter and not where its scripts are."""

from crmtool.cli.main import run

if __name__ == "__main__":
    run()
