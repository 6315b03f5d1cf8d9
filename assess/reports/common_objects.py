"""What all pages of a joined file share: faces, running lines, resources, the file's own words."""

import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from assess.reports.description import About, describe
from assess.reports.faces import STAMPED
from assess.reports.units import Unit


class CommonObjects:
    """The objects that all pages share, numbered from 1 to ``last``.

    ``root``, ``info``, ``pages``, ``structure``, ``document``, ``targets`` and ``outline`` are
    numbers; what the last five hold is written by who joins the pages.
    """

    def __init__(self, frame: Unit, faces: bytes, about: About, units: Sequence[Unit]) -> None:
        """Gather them for ``units``; ``faces`` is a file whose first page has the faces."""
        self._out = out = pikepdf.new()
        with pikepdf.open(BytesIO(faces)) as source:
            self._faces = out.copy_foreign(source.pages[0].obj.Resources.Font)
        _name_faces(self._faces, self._faces)
        self._frame = self._drawing(frame)
        self._shared: dict[object, int] = {}
        for unit in units:
            self.resources(unit)
        describe(out, about)
        root = out.Root
        for name in ("structure", "document", "targets", "outline"):
            setattr(self, name, self._keep(Dictionary()).objgen[0])
        root.StructTreeRoot = out.get_object(self.structure, 0)
        root.Outlines = out.get_object(self.outline, 0)
        root.PageMode = Name.UseOutlines
        root.Names = root.get("/Names", Dictionary())
        root.Names.Dests = out.get_object(self.targets, 0)
        self.info = self._keep(out.docinfo).objgen[0]
        self.root, self.pages = root.objgen[0], root.Pages.objgen[0]
        self._own = {self.pages, self.structure, self.document, self.targets, self.outline}
        self.last = max(one.objgen[0] for one in out.objects)

    structure: int
    document: int
    targets: int
    outline: int

    def resources(self, unit: Unit) -> int:
        """Give the number of a unit's resources; units that need the same share them."""
        key: object = unit.extras or tuple(unit.states.items())
        if key not in self._shared:
            made = self._resources(unit)
            made.XObject.Frame = self._frame
            self._shared[key] = self._keep(made).objgen[0]
        return self._shared[key]

    def plain(self) -> Iterator[tuple[int, bytes]]:
        """Give the objects that are no streams."""
        for one in self._out.objects:
            if not isinstance(one, pikepdf.Stream) and one.objgen[0] not in self._own:
                yield one.objgen[0], one.unparse(resolved=True)

    def streams(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Give the streams: what their dictionaries say, and their packed content."""
        for one in self._out.objects:
            if isinstance(one, pikepdf.Stream):
                said = {name: value for name, value in one.items() if name != "/Length"}
                head = Dictionary(said).unparse().strip()
                yield one.objgen[0], head[2:-2], one.read_raw_bytes()

    def _resources(self, unit: Unit) -> Any:
        """Give a unit's resources with the faces of all; its own faces it keeps."""
        if unit.extras:
            with pikepdf.open(BytesIO(unit.extras)) as source:
                made = self._out.copy_foreign(source.make_indirect(source.Root.Resources))
        else:
            states = {
                f"/{name}": Dictionary({"/CA" if name[0] == "A" else "/ca": value})
                for name, value in unit.states.items()
            }
            made = Dictionary(Font=Dictionary(), XObject=Dictionary(), ExtGState=Dictionary(states))
        self._clothe(made)
        return made

    def _clothe(self, resources: Any) -> None:
        """Give drawings and their page the faces of all, unless the page has faces of its own."""
        if len(resources.Font):
            _name_faces(resources.Font, self._faces)
            return
        resources.Font = self._faces
        for drawing in resources.XObject.values():
            if "/Resources" in drawing and "/Font" in drawing.Resources:
                drawing.Resources.Font = self._faces

    def _drawing(self, frame: Unit) -> Any:
        """Make the running head and foot one drawing."""
        return self._keep(
            pikepdf.Stream(
                self._out, zlib.decompress(frame.leaves[0].content),
                Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1000, 1000]),
                Resources=self._resources(frame),
            )
        )  # fmt: skip

    def _keep(self, made: Any) -> Any:
        return self._out.make_indirect(made)


def _name_faces(fonts: Any, faces: Any) -> None:
    for name, alias in STAMPED.items():
        fonts[f"/{alias}"] = faces[f"/{name}"]
