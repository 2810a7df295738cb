"""``python -m suggester`` is the command ``suggester``."""

from suggester.cli import main

if __name__ == "__main__":
    main()
