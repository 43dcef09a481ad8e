"""言据: start with ``streamlit run app.py``."""

from __future__ import annotations

from pages.frame import main

if __name__ == "__main__":
    main()
