"""The figures and letters that are printed with barcodes and on imposed sheets: OCR-B (ISO 1073-2) as outlines.

The outlines are those of OCRB.otf of Debian's package fonts-ocr-b 0.3~dfsg1-1, made from the package OCR of Matthew
Skala, https://tsukurimashou.osdn.jp/ocr.php, whose sources of OCR-B are by Norbert Schwarz. Their notices:

    Copyright 1995, 2010 Norbert Schwarz. You may freely use, modify and/or distribute this file, without limitation.
    Copyright 2012 Matthew Skala. This file is released to the public domain by its author, Matthew Skala.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

#: Units of the outlines in one em.
EM = 1000
#: From the lowest to the highest point of the figures, which reach a little under their line, in those units.
DEPTH, HEIGHT = 14, 773
#: How wide a character with its space is: OCR-B is of one width.
ADVANCE = 723
#: Path data by character, y upwards from the line that they stand on; absolute M, L, C and Z and no other command.
OUTLINES = {
    "0": (
        "M113 343C113 148 163 -13 363 -13C373 -13 382 -14 392 -14C397 -14 402 -13 407 -13"
        "C569 0 613 173 613 343C613 573 593 773 363 773C131 773 113 574 113 343ZM213 343"
        "C213 419 213 507 228 569C245 638 278 673 363 673C379 673 401 673 410 671C508 652 513 512 513 389"
        "L513 343C513 235 500 87 385 87L363 87C347 87 325 87 315 89C226 108 213 242 213 343Z"
    ),
    "1": (
        "M144 566C144 539 166 516 194 516C206 516 218 520 227 528L356 638L356 40C356 12 379 -10 406 -10"
        "C433 -10 456 13 456 40L456 720C456 747 433 770 406 770L374 770C362 770 351 766 342 758L159 601"
        "C149 593 144 579 144 566Z"
    ),
    "2": (
        "M130 670C130 644 154 621 180 621C190 621 200 625 209 630C252 662 297 673 363 673"
        "C431 673 487 630 487 560C487 533 476 508 460 487C433 451 381 418 336 389C256 338 177 276 151 185"
        "C142 154 141 111 141 72L141 51C141 24 164 1 191 1L543 1C570 1 593 24 593 51C593 78 571 101 543 101"
        "L242 101C248 217 311 255 390 305C475 359 587 428 587 560C587 688 490 773 363 773"
        "C271 773 212 755 151 712C138 705 130 685 130 670Z"
    ),
    "3": (
        "M113 69C113 -4 257 -13 317 -13C471 -13 598 75 604 226L604 242C604 366 517 443 404 472L564 640"
        "C573 649 579 660 579 673L579 708C579 735 556 758 529 758L166 758C138 758 116 736 116 708"
        "C116 681 139 658 166 658L445 658L261 465C253 457 250 445 250 434C250 407 273 384 300 384"
        "C402 384 504 344 504 240L504 231C499 132 415 87 317 87C271 87 225 96 182 115C176 117 170 119 163 119"
        "C136 119 113 97 113 69Z"
    ),
    "4": (
        "M113 214C113 186 136 164 163 164L410 164L410 40C410 13 433 -10 460 -10C487 -10 510 13 510 40L510 164"
        "L563 164C590 164 613 187 613 214C613 241 591 264 563 264L510 264L510 380C510 407 487 430 460 430"
        "C433 430 410 407 410 380L410 264L221 264L425 699C428 705 430 712 430 720C430 747 407 770 380 770"
        "C361 770 341 757 335 741L118 278C114 272 113 265 113 257Z"
    ),
    "5": (
        "M139 37C139 9 162 -13 189 -13C296 -13 407 5 488 77C532 117 573 181 573 257C573 430 452 513 277 513"
        "L262 513L270 658L517 658C544 658 567 682 567 708C567 735 545 758 517 758L223 758"
        "C196 758 175 738 173 711L159 460L159 457C159 431 183 410 209 410L213 410C234 412 256 413 277 413"
        "C342 413 406 402 440 363C466 335 473 296 473 257C473 235 466 214 456 195C408 110 294 87 189 87"
        "C162 87 139 65 139 37Z"
    ),
    "6": (
        "M113 229C116 84 216 -13 363 -13C510 -13 613 86 613 229C613 386 518 487 363 487"
        "C341 487 320 485 301 480C352 555 414 621 474 686C482 695 487 707 487 720C487 747 464 770 437 770"
        "C424 770 410 765 401 755C323 670 244 584 183 483C145 418 113 340 113 240ZM213 229"
        "C213 327 266 387 363 387C463 387 513 329 513 229C513 141 452 87 363 87C273 87 213 140 213 229Z"
    ),
    "7": (
        "M113 708C113 681 136 658 163 658L503 658C495 637 482 618 470 600C422 530 361 470 319 396"
        "C258 289 239 164 239 40C239 12 262 -10 289 -10C316 -10 339 13 339 40C339 146 353 254 406 347"
        "C447 418 507 476 553 543C586 593 613 648 613 708C613 735 591 758 563 758L163 758"
        "C135 758 113 736 113 708Z"
    ),
    "8": (
        "M113 200C113 73 219 -13 363 -13C372 -13 381 -14 389 -14C393 -14 397 -14 401 -13L409 -13"
        "C527 -2 613 95 613 200C613 298 544 371 468 423C530 462 579 512 579 600C579 705 468 773 363 773"
        "C257 773 147 706 147 600C147 512 197 460 259 423C182 371 113 299 113 200ZM212 200"
        "C212 283 302 337 365 369C430 335 513 279 513 200C513 138 454 87 384 87L363 87C281 87 212 126 212 200"
        "ZM247 600C247 651 317 673 363 673C409 673 479 651 479 600C479 533 420 506 363 481"
        "C306 506 247 533 247 600Z"
    ),
    "9": (
        "M113 514C113 380 210 273 363 273C383 273 404 274 424 277C377 203 320 136 255 77C245 67 239 55 239 40"
        "C239 12 262 -10 289 -10C301 -10 313 -5 322 3C405 77 475 164 532 260C574 333 613 409 613 514"
        "C613 672 503 773 363 773C223 773 113 655 113 514ZM213 514C213 600 278 673 363 673"
        "C452 673 513 613 513 514C513 489 509 465 503 442C486 387 424 373 363 373C270 373 213 431 213 514Z"
    ),
    "-": (
        "M113 366C113 338 135 316 163 316L563 316C591 316 613 339 613 366L613 394C613 421 591 444 563 444"
        "L163 444C135 444 113 422 113 394Z"
    ),
    "A": (
        "M119 40C119 12 142 -10 169 -10C192 -10 212 7 217 27L261 199L464 199L509 27C514 7 534 -10 557 -10"
        "C584 -10 608 14 608 40L443 676C438 694 418 707 397 707L329 707C306 707 285 690 280 670L119 53Z"
        "M287 299L363 591L439 299Z"
    ),
    "B": (
        "M113 51C113 23 136 1 163 1L334 1C406 1 480 7 536 51C586 89 613 149 613 211C612 272 585 329 538 366"
        "C579 402 598 452 598 502C598 570 563 637 502 672C451 700 392 701 334 701L163 701"
        "C135 701 113 679 113 651ZM213 101L213 316L363 316C443 316 511 288 513 211C513 119 421 101 334 101Z"
        "M213 416L213 601L334 601C421 601 491 590 499 511L499 504C499 434 431 416 363 416Z"
    ),
    "I": (
        "M170 51C170 24 193 1 220 1L506 1C533 1 556 24 556 51C556 78 534 101 506 101L413 101L413 601L486 601"
        "C513 601 536 624 536 651C536 678 514 701 486 701L240 701C212 701 190 678 190 651"
        "C190 624 213 601 240 601L313 601L313 101L220 101C192 101 170 78 170 51Z"
    ),
    "N": (
        "M127 40C127 13 150 -10 177 -10C204 -10 227 13 227 40L227 520L466 18C474 2 491 -10 511 -10L549 -10"
        "C575 -10 599 13 599 40L599 663C599 690 575 713 549 713C522 713 499 691 499 663L499 182L259 684"
        "C251 700 234 713 214 713L177 713C150 713 127 690 127 663Z"
    ),
    "S": (
        "M147 153C159 55 249 -15 354 -15C367 -15 380 -14 394 -12C499 3 579 80 579 189C579 347 435 385 329 438"
        "C292 459 253 480 253 537C253 588 312 613 364 616C397 616 425 610 445 593C472 570 472 516 520 516"
        "C548 516 570 539 570 566C570 570 569 575 568 579C545 662 472 716 368 716L362 716"
        "C252 714 153 644 153 537C153 384 294 345 397 293C438 272 479 250 479 189C479 160 467 131 445 113"
        "C421 95 388 86 357 86C304 86 254 112 247 167C242 190 223 210 197 210C170 210 147 187 147 160Z"
    ),
}
_PAIR = re.compile(r"(-?\d+) (-?\d+)")
_COMMAND = re.compile(r"([MLCZ])([^MLCZ]*)")
#: The operators of a content stream for the commands of path data (ISO 32000-1, table 59).
_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}


def svg_path(text: str, x: float, y: float, size: float, pitch: float) -> str:
    """Path data of SVG for a line of text whose first character's cell starts at `x` and which stands on `y`.

    `size` is the em, `pitch` the width of a cell, in the middle of which a character stands; y grows downwards. Raises
    KeyError on a character that has no outline here.
    """
    return "".join(_placed(text, x, y, size / EM, -size / EM, pitch))


def pdf_path(text: str, x: float, y: float, size: float, pitch: float) -> str:
    """The same as operators of a content stream, where y grows upwards; they make a path and don't paint it."""
    parts = _placed(text, x, y, size / EM, size / EM, pitch)
    return " ".join(
        f"{found[2]} {_OPERATORS[found[1]]}".lstrip() for part in parts for found in _COMMAND.finditer(part)
    )


def _placed(text: str, x: float, y: float, across: float, up: float, pitch: float) -> Iterator[str]:
    """The outlines of a line of text, each at its place; a space has none."""
    for at, sign in enumerate(text):
        if sign != " ":
            left = x + at * pitch + (pitch - ADVANCE * across) / 2
            yield _PAIR.sub(partial(_moved, left, y, across, up), OUTLINES[sign])


def _moved(left: float, y: float, across: float, up: float, pair: re.Match[str]) -> str:
    return f"{left + int(pair[1]) * across:.3f} {y + int(pair[2]) * up:.3f}"
