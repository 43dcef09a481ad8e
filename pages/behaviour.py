"""What the browser does by itself: copying, showing marked words, keeping one's place."""

from __future__ import annotations

import streamlit as st

JS = """
let seen = -1;
// The clipboard interface is missing where the page is served without TLS to another machine.
const put = async (text, button) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.cssText = 'position:absolute;opacity:0;height:0';
  button.after(area);
  area.select();
  document.execCommand('copy');
  area.remove();
};
// Streamlit glides to the end of a page with a chat input and stops at a wheel event.
// A first page is read from its top, a new question from its first line.
const settle = (asked) => {
  const main = document.querySelector('.stMain');
  if (!main) return;
  let left = 20;
  const mine = (event) => { if (event.isTrusted) left = 0; };
  const kinds = ['wheel', 'pointerdown', 'touchstart', 'keydown'];
  kinds.forEach((kind) => window.addEventListener(kind, mine, { capture: true }));
  const step = () => {
    if (left-- <= 0) {
      kinds.forEach((kind) => window.removeEventListener(kind, mine, { capture: true }));
      return;
    }
    main.dispatchEvent(new Event('wheel'));
    const questions = document.querySelectorAll('.yj-question');
    if (!asked) main.scrollTop = 0;
    else questions[questions.length - 1]?.scrollIntoView({ block: 'start' });
    setTimeout(step, 120);
  };
  step();
};
export default function ({ data }) {
  if (data.asked !== seen) {
    seen = data.asked;
    settle(seen);
  }
  const copy = async (event) => {
    const button = event.target.closest?.('.yj-copy');
    if (!button || button.dataset.label) return;
    await put(button.dataset.copy, button);
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = button.dataset.label;
      delete button.dataset.label;
    }, 1600);
  };
  const opened = (event) => {
    const card = event.target;
    if (event.newState !== 'open' || !card.classList?.contains('yj-card')) return;
    const mark = card.querySelector('mark');
    if (mark && mark.offsetTop + 60 > card.clientHeight) {
      card.scrollTop = mark.offsetTop - card.clientHeight / 3;
    }
  };
  const left = (event) => {
    const link = event.target.closest?.('[data-testid="stSidebarNavLink"]');
    if (!link || window.innerWidth > 768) return;
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  };
  document.addEventListener('click', copy);
  document.addEventListener('click', left);
  document.addEventListener('toggle', opened, true);
  return () => {
    document.removeEventListener('click', copy);
    document.removeEventListener('click', left);
    document.removeEventListener('toggle', opened, true);
  };
}
"""


def behaviour(asked: int) -> None:
    """Mount it; without it the pages lose nothing but these comforts.

    `asked` is how many questions stand on the page: a new one is brought to the top.
    """
    st.components.v2.component("yanju_behaviour", js=JS)(key="behaviour", data={"asked": asked})
