"""What the browser does on a proof: show both places of a line, and hand over the one picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.proof import tokens

JS = """
const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
let done = '';
// Only the column moves, not the page under it.
const show = (element) => {
  const column = element.closest('.yj-column');
  if (!column) return;
  const from = element.getBoundingClientRect().top - column.getBoundingClientRect().top;
  if (from >= 0 && from + Math.min(element.clientHeight, 80) <= column.clientHeight) return;
  column.scrollTop += from - column.clientHeight / 4;
};
const light = (tokens, origin) => {
  const wanted = new Set(tokens.split(' '));
  const has = (element) => element.dataset.lines.split(' ').some((n) => wanted.has(n));
  all('.yj-proof .lit').forEach((element) => element.classList.remove('lit'));
  const found = all('.yj-proof [data-lines]').filter(has);
  found.forEach((element) => element.classList.add('lit'));
  const here = origin?.closest?.('.yj-column');
  all('.yj-proof .yj-column').forEach((column) => {
    const first = found.find((element) => column.contains(element));
    if (first && column !== here) show(first);
  });
  return found;
};
export default function ({ data, setTriggerValue }) {
  const state = JSON.stringify(data);
  if (data.lines && state !== done) {
    done = state;
    // The page is drawn a moment after this script is told of it.
    let left = 12;
    const again = () => {
      if (!all('.yj-proof .lit').length) light(data.lines);
      if (left-- > 0) setTimeout(again, 120);
    };
    again();
    if (data.picked) setTimeout(() => {
      document.querySelector('.st-key-proof_pick')?.scrollIntoView({ block: 'start' });
    }, 300);
  }
  const clicked = (event) => {
    const pick = event.target.closest?.('.yj-pick');
    if (pick) return setTriggerValue('picked', pick.dataset.pick);
    const go = event.target.closest?.('.yj-go');
    if (go) {
      light(go.dataset.lines);
      document.querySelector('.yj-proof')?.scrollIntoView({ block: 'nearest' });
      return;
    }
    const row = event.target.closest?.('.yj-proof [data-lines]');
    if (row && !String(getSelection())) light(row.dataset.lines, row);
  };
  document.addEventListener('click', clicked);
  return () => document.removeEventListener('click', clicked);
}
"""


def tracing(lines: Sequence[int], picked: bool, turn: int, on_pick: Callable[[], None]) -> None:
    """Mount it under the key ``tracing``.

    Args:
        lines: to be shown as soon as the page is drawn.
        picked: whether the chosen paragraph's buttons are brought into view too.
        turn: grows with each change, so that the same lines are shown anew.
        on_pick: called after a paragraph was picked; ``st.session_state.tracing.picked``
            then has its lines, parted by spaces.
    """
    data = {"lines": tokens(lines), "picked": picked, "turn": turn}
    component = st.components.v2.component("yanju_tracing", js=JS)
    component(key="tracing", data=data, on_picked_change=on_pick)
