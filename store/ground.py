"""One reason why a paragraph is where it is, told in either language."""

from __future__ import annotations

from dataclasses import dataclass

# code: (Chinese, English). `{0}` and `{1}` are line numbers, or words of the document.
_WORDS: dict[str, tuple[str, str]] = {
    "corrected": ("人工校对", "corrected by hand"),
    "declared": ("文件开头注明发言人", "the top of the file names the speaker"),
    "turn": ("发言标明“{0}”", "the turn is marked “{0}”"),
    "asked": ("“{0}”是提问，不是官员的话", "“{0}” asks; these are not the official's words"),
    "introduction": ("访谈之前的介绍", "introduces the interview; nobody's own words"),
    "only": ("全文只有一个署名", "the file has one byline only"),
    "unsigned": ("文中没有署名", "the file has no byline"),
    "under": ("位于自己的标题和署名之下", "stands under its own title and byline"),
    "stray": ("像标题，但不属于任何一篇", "looks like a title, but heads no piece"),
    "long": ("篇幅过长，按署名位置归属", "too long to weigh; given to the byline before it"),
    "place": ("按版面位置推断", "guessed from its place on the page"),
    "after": ("位于署名之后", "follows the byline"),
    "wording": ("用词与同篇其他段落相近", "worded like the rest of its piece"),
    "office": ("文中有“{0}”字样", "has the words “{0}”"),
    "goes on": ("句子在第{0}行接续", "its sentence goes on in line {0}"),
    "continues": ("承接第{0}行未完的句子", "continues the sentence cut in line {0}"),
    "joined": ("第{0}行接第{1}行未完的句子", "line {0} continues the sentence cut in line {1}"),
    "heading words": ("与小标题“{0}”用词相合", "worded like its heading “{0}”"),
    "heading": ("在小标题“{0}”之下", "stands under the heading “{0}”"),
    "number": ("小标题序号“{0}”相接", "the heading numbered {0} is next"),
    "list": ("与第{0}行的列举次序相接", "next in the list after line {0}"),
    "parallel": ("与第{0}行句式并列", "built like line {0}"),
    "next": ("紧接第{0}行", "comes right after line {0}"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason by its code, with the line numbers or words that it is about."""

    code: str
    about: tuple[int | str, ...] = ()

    def told(self, language: str = "zh") -> str:
        """The reason in a few short words.

        Raises:
            KeyError: there is no such code.
        """
        return _WORDS[self.code][language == "en"].format(*self.about)
