"""What the browser does by itself: copying, showing marked words, keeping one's place."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

JS = """
let seen = -1;
let led = false;
// The clipboard interface is missing where the page is served without TLS to another machine.
const put = async (text, button) => {
  const rich = button.dataset.rich;
  if (navigator.clipboard?.write && rich) {
    const parts = { 'text/plain': text, 'text/html': rich };
    const blobs = Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })]);
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  }
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.cssText = 'position:absolute;opacity:0;height:0';
  const both = (event) => {
    if (!rich) return;
    event.clipboardData.setData('text/html', rich);
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  };
  area.addEventListener('copy', both);
  button.after(area);
  area.select();
  document.execCommand('copy');
  area.remove();
};
// Only the browser knows under which address the program is reached, and which library is open.
const address = (passage) => {
  const url = new URL('./', location.href);
  const library = new URLSearchParams(location.search).get('l');
  if (library) url.searchParams.set('l', library);
  url.searchParams.set('p', passage);
  return url.href;
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
// A piece opens at the words that were cited.
const scrollToWords = () => {
  let left = 40;
  const step = () => {
    const mark = document.querySelector('[role="dialog"] .yj-piece mark');
    if (mark) mark.scrollIntoView({ block: 'center' });
    else if (left-- > 0) setTimeout(step, 100);
  };
  setTimeout(step, 300);
};
const busy = () => document.querySelector('.yj-answer[aria-busy="true"], .yj-cursor');
export default function ({ data, setTriggerValue }) {
  if (data.asked !== seen) {
    seen = data.asked;
    settle(seen);
  }
  if (data.linked && !led) {
    led = true;
    scrollToWords();
  }
  const copy = async (event) => {
    const button = event.target.closest?.('.yj-copy');
    if (!button || button.dataset.label) return;
    const words = button.dataset.copy;
    await put('link' in button.dataset ? address(words) : words, button);
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = button.dataset.label;
      delete button.dataset.label;
    }, 1600);
  };
  // A mouse sees the card by resting on a number and the whole piece by a click; a finger and
  // the keyboard open the card, which leads on. While an answer is written nothing may rerun
  // the page: the card opens instead.
  let timer;
  const cardOf = (element) => element.closest?.('.yj-cite, .yj-card');
  const over = (event) => {
    if (event.pointerType !== 'mouse') return;
    const at = cardOf(event.target);
    clearTimeout(timer);
    const shown = document.querySelector('.yj-card:popover-open');
    if (at?.classList.contains('yj-cite')) {
      timer = setTimeout(() => {
        const card = document.getElementById(at.getAttribute('popovertarget'));
        if (!card || card.matches(':popover-open')) return;
        card.dataset.hover = 'yes';
        card.showPopover({ source: at });
      }, 180);
    } else if (shown?.dataset.hover && at !== shown) {
      timer = setTimeout(() => { if (shown.isConnected) shown.hidePopover(); }, 350);
    }
  };
  const open = (event) => {
    const at = event.target.closest?.('[data-open]');
    if (!at) return;
    const mouse = event.pointerType === 'mouse' || !at.matches('.yj-cite');
    if (!mouse || busy()) return;
    event.preventDefault();
    clearTimeout(timer);
    document.querySelector('.yj-card:popover-open')?.hidePopover();
    setTriggerValue('open', at.dataset.open);
    scrollToWords();
  };
  const opened = (event) => {
    const card = event.target;
    if (!card.classList?.contains('yj-card')) return;
    if (event.newState !== 'open') { delete card.dataset.hover; return; }
    const mark = card.querySelector('mark');
    if (mark && mark.offsetTop + 60 > card.clientHeight) {
      card.scrollTop = mark.offsetTop - card.clientHeight / 3;
    }
  };
  const jump = (event) => {
    const at = event.target.closest?.('[data-goto]');
    const place = at && document.getElementById(at.dataset.goto);
    if (place) place.scrollIntoView({ block: 'start' });
  };
  const left = (event) => {
    const link = event.target.closest?.('[data-testid="stSidebarNavLink"]');
    if (!link || window.innerWidth > 768) return;
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  };
  document.addEventListener('click', open);
  document.addEventListener('pointerover', over);
  document.addEventListener('click', copy);
  document.addEventListener('click', jump);
  document.addEventListener('click', left);
  document.addEventListener('toggle', opened, true);
  return () => {
    document.removeEventListener('click', open);
    document.removeEventListener('pointerover', over);
    document.removeEventListener('click', copy);
    document.removeEventListener('click', jump);
    document.removeEventListener('click', left);
    document.removeEventListener('toggle', opened, true);
  };
}
"""


def behaviour(asked: int, on_open: Callable[[], None] = lambda: None, linked: bool = False) -> None:
    """Mount it under the key ``behaviour``; without it the pages lose only these comforts.

    Args:
        asked: how many questions stand on the page: a new one is brought to the top.
        on_open: called after a citation was clicked whose piece is to be opened;
            ``st.session_state.behaviour.open`` then names it.
        linked: whether the address led to a piece, which is scrolled to its marked words.
    """
    component = st.components.v2.component("yanju_behaviour", js=JS)
    component(key="behaviour", data={"asked": asked, "linked": linked}, on_open_change=on_open)
