"""The book for pdfLaTeX and LuaLaTeX: class book, titlesec, fancyhdr, hyperref, makeindex.

Both are given Source Serif and Source Sans: LuaLaTeX the TrueType files, pdfLaTeX the OpenType files of the same
packages, made into TeX fonts by otftotfm (`make_tex_fonts`). Notes stand at the end of their brief, as in the other
tools.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from benchmarks import page
from benchmarks.model import (
    Block,
    Book,
    Brief,
    Case,
    CrossReference,
    Emphasis,
    Headword,
    IndexMark,
    Inline,
    Items,
    Note,
    NoteMark,
    NotesAt,
    Paragraph,
    Part,
    Subheading,
    Table,
    Text,
)

Engine = Literal["pdflatex", "lualatex"]

#: TeX's name, the file, the features, and the family, series and shape of LaTeX.
_FACES = (
    ("bserif-r", "SourceSerifPro-Regular", "onum", "bserif", "m", "n"),
    ("bserif-i", "SourceSerifPro-It", "onum", "bserif", "m", "it"),
    ("bserif-l", "SourceSerifPro-Light", "onum", "bserif", "l", "n"),
    ("bsans-r", "SourceSansPro-Regular", "lnum", "bsans", "m", "n"),
    ("bsans-b", "SourceSansPro-Semibold", "lnum", "bsans", "b", "n"),
)

_PDF_FONTS = r"""
\usepackage[T1]{fontenc}
\pdfmapfile{+bench.map}
\DeclareFontFamily{T1}{bserif}{}
\DeclareFontFamily{T1}{bsans}{}
SHAPES
\renewcommand\rmdefault{bserif}
\renewcommand\sfdefault{bsans}
\renewcommand\bfdefault{b}
\input{glyphtounicode}\pdfgentounicode=1
"""
_LUA_FONTS = r"""
\usepackage{fontspec}
\setmainfont{SourceSerifPro}[Path=SERIF/, Extension=.ttf, UprightFont=*-Regular, ItalicFont=*-It, BoldFont=*-Regular,
  FontFace={l}{n}{*-Light}, Numbers=OldStyle]
\setsansfont{SourceSansPro}[Path=SANS/, Extension=.ttf, UprightFont=*-Regular, BoldFont=*-Semibold]
"""
_HEAD = r"""\documentclass[twoside,openany]{book}
\usepackage[paperwidth=WIDTHbp,paperheight=HEIGHTbp,top=TOPbp,bottom=FOOTbp,inner=INNERbp,outer=OUTERbp,
  headsep=16bp,headheight=10bp,footskip=34bp]{geometry}
FONTS
\usepackage{changepage,multicol,booktabs,titlesec,titletoc,fancyhdr,makeidx}
\usepackage[hidelinks,bookmarksdepth=3,pdftitle={The Measured Book},pdflang=en-US]{hyperref}
\makeindex
\makeatletter
\renewcommand\normalsize{\@setfontsize\normalsize{SIZEbp}{LINEbp}}
\renewcommand\footnotesize{\@setfontsize\footnotesize{8.5bp}{10.5bp}}
\newcommand\notesize{\@setfontsize\notesize{7bp}{8.5bp}}
\normalsize
\setlength\parindent{LINEbp}\setlength\parskip{0pt}
\raggedbottom\widowpenalty=10000\clubpenalty=10000\emergencystretch=2em
\renewcommand\labelitemi{\raisebox{1pt}{\tiny$\bullet$}}
\lefthyphenmin=3\righthyphenmin=3
\setcounter{secnumdepth}{-2}\setcounter{tocdepth}{0}
\newcommand\light{\fontseries{l}\fontsize{30bp}{32.5bp}\selectfont}
\titleformat{\chapter}{\light\raggedright}{}{0pt}{}
\titlespacing*{\chapter}{0pt}{0pt}{LINEbp}
\titleformat{\section}{\sffamily\bfseries\fontsize{10.5bp}{13bp}\selectfont\raggedright}{}{0pt}{}
\titlespacing*{\section}{0pt}{LINEbp}{0pt}
\titleformat{\subsection}{\sffamily\bfseries\raggedright}{}{0pt}{}
\titlespacing*{\subsection}{0pt}{6.5bp}{0pt}
\contentsmargin{0pt}
\titlecontents{part}[0pt]{}{}{}{\titlerule*[6bp]{.}\contentspage}
\titlecontents{chapter}[INDENTbp]{}{}{}{\titlerule*[6bp]{.}\contentspage}
\fancyhf{}\renewcommand\headrulewidth{0pt}
\fancyhead[LE]{\sffamily\fontsize{9bp}{10bp}\selectfont\leftmark}
\fancyhead[RO]{\sffamily\fontsize{9bp}{10bp}\selectfont\rightmark}
\fancyfoot[LE,RO]{\sffamily\bfseries\fontsize{9bp}{10bp}\selectfont\thepage}
\fancypagestyle{plain}{\fancyhead{}}
\pagestyle{fancy}
\renewcommand\chaptermark[1]{\markright{#1}}\renewcommand\sectionmark[1]{}
\newenvironment{running}{\begin{adjustwidth}{INDENTbp}{0pt}}{\end{adjustwidth}}
\newcommand\summary[1]{\begin{running}\raggedright\hyphenpenalty=10000\fontsize{11.5bp}{16.25bp}\selectfont#1\par\end{running}}
\newcommand\Part[3]{\clearpage\thispagestyle{plain}\phantomsection\addcontentsline{toc}{part}{#2}\label{#3}\markboth{#2}{#2}%
  \noindent Part #1\par{\light\raggedright\noindent#2\par}\vskip LINEbp}
\newcommand\Listed[3]{\vskip LINEbp\noindent
  {\sffamily\bfseries\fontsize{10.5bp}{13bp}\selectfont\pageref{#1} #2\par}\nopagebreak\summary{#3}}
\newcommand\Mark[2]{\hypertarget{r#1}{}\textsuperscript{\hyperlink{n#1}{\sffamily\fontsize{6.5bp}{6.5bp}\selectfont#2}}}
\newcommand\Note[3]{\par\noindent\hangindent=14bp\hangafter=1\hypertarget{n#1}{}\makebox[14bp][l]{\hyperlink{r#1}{\bfseries#2}}#3}
\newenvironment{Notes}{\vskip6.5bp\hrule height 0.5bp\vskip4bp
  {\noindent\sffamily\bfseries\fontsize{8.5bp}{10bp}\selectfont Notes\par}%
  \begin{multicols}{2}\sffamily\notesize\raggedright\hyphenpenalty=10000}{\par\end{multicols}}
\newcommand\Caption[1]{\par\vskip LINEbp
  {\noindent\sffamily\bfseries\fontsize{9bp}{12bp}\selectfont#1\par}\nopagebreak\vskip4bp}
% A page behind the last one, so that makeindex sorts the pointer behind the locators.
\newcommand\Pointer[2]{\immediate\write\@indexfile{\string\indexentry{#1|#2}{9999}}}
\renewenvironment{theindex}{\chapter{Subject index}\markboth{Subject index}{Subject index}\setlength\columnsep{12bp}%
  \begin{multicols}{3}\footnotesize\raggedright\hyphenpenalty=10000\parindent0pt\let\item\@idxitem}{\end{multicols}}
\renewcommand\@idxitem{\par\hangindent9bp}
\renewcommand\subitem{\par\hangindent18bp\hspace*{9bp}}
\renewcommand\indexspace{\par\vskip9bp}
\makeatother
\begin{document}
\frontmatter
"""


def write(book: Book, folder: Path, engine: Engine) -> None:
    """Write `book.tex`, and for pdfLaTeX the fonts beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    if engine == "pdflatex":
        make_tex_fonts(folder)
    (folder / "book.tex").write_text(latex(book, engine), encoding="utf-8")


def make_tex_fonts(folder: Path) -> None:
    """The OpenType files as TeX fonts: metrics with kerns and ligatures, Type 1 outlines, an encoding and a map."""
    if (folder / "bench.map").is_file():
        return
    files = page.fonts("otf")
    lines = []
    for name, stem, figures, *_ in _FACES:
        encoding = _found("ec.enc")
        command = ["otftotfm", "--encoding", encoding, "-fkern", "-fliga", f"-f{figures}", str(files[stem]), name]
        made = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        lines.append(made.stdout)
    (folder / "bench.map").write_text("".join(lines), encoding="utf-8")


def _found(name: str) -> str:
    return subprocess.run(["kpsewhich", name], check=True, capture_output=True, text=True).stdout.strip()


def latex(book: Book, engine: Engine) -> str:
    """The whole book."""
    head = _HEAD.replace("FONTS", _pdf_fonts() if engine == "pdflatex" else _lua_fonts())
    lengths: dict[str, float] = {
        "WIDTH": page.WIDTH,
        "HEIGHT": page.HEIGHT,
        "TOP": page.TOP,
        "FOOT": page.FOOT,
        "INNER": page.INNER,
    }
    lengths |= {"OUTER": page.OUTER, "INDENT": page.INDENT, "SIZE": page.SIZE, "LINE": page.LINE}
    for name, length in lengths.items():
        head = head.replace(f"{name}bp", f"{length}bp")
    title = (
        f"\\thispagestyle{{empty}}\\null\\vfil{{\\light {book.title}\\par}}\\noindent {book.subtitle}\\par\\clearpage\n"
    )
    heading = "\\markboth{Contents}{Contents}{\\light\\noindent Contents\\par}\\vskip13bp"
    contents = heading + "\\makeatletter\\@starttoc{toc}\\makeatother\n"
    parts = "".join(_part(part, book.notes) for part in book.parts)
    pointers = "".join(_pointers(book.headwords))
    return f"{head}{title}{contents}\\mainmatter\n{parts}{pointers}\\printindex\n\\end{{document}}\n"


def _pdf_fonts() -> str:
    shapes = "\n".join(f"\\DeclareFontShape{{T1}}{{{f}}}{{{s}}}{{{v}}}{{<->{n}}}{{}}" for n, _, _, f, s, v in _FACES)
    return _PDF_FONTS.replace("SHAPES", shapes)


def _lua_fonts() -> str:
    return _LUA_FONTS.replace("SERIF", str(page.font_folder("serif"))).replace("SANS", str(page.font_folder("sans")))


def _pointers(headwords: tuple[Headword, ...]) -> Iterator[str]:
    for head in headwords:
        if head.see:
            yield f"\\Pointer{{{head.headword}}}{{see{{{head.see}}}}}\n"
        if head.see_also:
            yield f"\\Pointer{{{head.headword}}}{{seealso{{{head.see_also}}}}}\n"


def _part(part: Part, notes_at: NotesAt) -> str:
    listed = "".join(f"\\Listed{{{brief.id}}}{{{brief.title}}}{{{_plain(brief.summary)}}}\n" for brief in part.briefs)
    summary = f"\\begin{{running}}{_plain(part.summary)}\\end{{running}}\n"
    opener = f"\\Part{{{part.number}}}{{{part.title}}}{{{part.id}}}{summary}"
    return opener + listed + "".join(_brief(brief, notes_at) for brief in part.briefs)


def _brief(brief: Brief, notes_at: NotesAt) -> str:
    marks = {note.code: _mark(note, notes_at) for note in brief.notes}
    sections = "\n".join(
        f"\\section{{{section.heading}}}\n" + "\n\n".join(_block(block, marks) for block in section.blocks)
        for section in brief.sections
    )
    notes = "".join(f"\\Note{{{note.code}}}{{{note.number}}}{{{_plain(note.text)}}}\n" for note in brief.notes)
    end = f"\\begin{{Notes}}\n{notes}\\end{{Notes}}\n" if notes and notes_at == "end" else ""
    return (
        f"\\chapter{{{brief.title}}}\\label{{{brief.id}}}\n\\summary{{{_plain(brief.summary)}}}\n"
        f"\\begin{{running}}\n{sections}\n\\end{{running}}\n{end}\n"
    )


def _plain(text: str) -> str:
    return text.replace("$", "\\$").replace("%", "\\%").replace("’", "'")


def _mark(note: Note, notes_at: NotesAt) -> str:
    if notes_at == "foot":
        return f"\\footnote{{{_plain(note.text)}}}"
    return f"\\Mark{{{note.code}}}{{{note.number}}}"


def _block(block: Block, marks: dict[int, str]) -> str:
    match block:
        case Paragraph(nodes):
            return _inlines(nodes, marks)
        case Items(items, ordered):
            kind = "enumerate" if ordered else "itemize"
            listed = "\n".join(f"\\item {_inlines(item, marks)}" for item in items)
            return f"\\begin{{{kind}}}\\itemsep0pt\\parskip0pt\n{listed}\n\\end{{{kind}}}"
        case Subheading(text):
            return f"\\subsection{{{text}}}"
        case Table():
            return _table(block)
        case Case(_, place, state, story):
            told = "\n\n".join(_inlines(paragraph.inlines, marks) for paragraph in story)
            return f"\\subsection{{{place}, {state}}}\n{told}"


def _table(table: Table) -> str:
    rows = "\\\\\n".join(" & ".join(row) for row in table.rows)
    heads = " & ".join(f"\\bfseries {head}" for head in table.heads)
    size = "\\sffamily\\fontsize{8.5bp}{11.25bp}\\selectfont"
    columns = "{\\linewidth}{@{}l@{\\extracolsep{\\fill}}lrr@{}}"
    lines = f"\\toprule {heads}\\\\\\midrule\n{rows}\\\\\\bottomrule"
    body = f"\\begin{{tabular*}}{columns}{lines}\\end{{tabular*}}"
    return f"\\Caption{{Table {table.number} {table.caption}}}{{\\noindent{size}{body}\\par}}\\vskip13bp"


def _inlines(nodes: tuple[Inline, ...], marks: dict[int, str]) -> str:
    return "".join(_inline(node, marks) for node in nodes)


def _inline(node: Inline, marks: dict[int, str]) -> str:
    match node:
        case Text(text):
            return _plain(text)
        case Emphasis(text):
            return f"\\emph{{{_plain(text)}}}"
        case NoteMark(code):
            return marks[code]
        case CrossReference(_, words, target):
            return f"{_plain(words)} (page~\\pageref{{{target}}})"
        case IndexMark(_, headword, subentry, role, _):
            entry = f"{headword}!{subentry}" if subentry else headword
            return f"\\index{{{entry}{ {'point': '', 'from': '|(', 'to': '|)'}[role] }}}"
