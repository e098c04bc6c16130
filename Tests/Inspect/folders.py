"""Folders of data in the layouts that people have, each with the arrays that it stands for.

A folder is made from a seed. Its layout, how its cells are written and where its labels are follow from the seed alone.
"""
import gzip, io, os, random, tarfile, zipfile
import numpy as np

LAYOUTS = ["numbered pairs", "two subfolders", "class folders", "class in name", "label table", "one series per row",
           "rows and label file", "groups", "scattered groups", "groups and table", "label column", "label repeated",
           "several feature files", "channels and table", "folder per recording", "train and test", "intervals", "one big file", "files",
           "subject folders and table"]
PACKAGES = ["plain", "plain", "plain", "gz", "zip", "tar.gz"]
ACTIVITIES = [["walk", "run", "sit"], ["up", "down"], ["left turn", "right turn"], ["Gehen", "Stehen", "Höhe"]]


class Series:
    """rows: the texts of the features, row by row; labels: one text, one of each row, or none."""
    def __init__(self, rows, labels):
        self.rows, self.labels = rows, labels
        self.times = None  # seconds since the first row, before the other columns

    def array(self):
        """The features as [steps, columns]."""
        found = np.array([[float(c) for c in row] for row in self.rows], np.float32)
        if self.times is None: return found
        return np.concatenate([np.array(self.times, np.float32)[:, None], found], 1)


class Folder:
    def __init__(self, seed):
        r = self.random = random.Random(seed * 7919 + 1)
        self.seed = seed
        self.layout = LAYOUTS[seed % len(LAYOUTS)]
        self.package = PACKAGES[seed // len(LAYOUTS) % len(PACKAGES)]
        self.delimiter = r.choice([",", ";", "\t", " ", "|"])
        self.decimal = "." if self.delimiter == "," else r.choice(".,")
        self.encoding = r.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
        self.line_end = r.choice(["\n", "\n", "\r\n"])
        self.header = self.layout in ("scattered groups", "groups and table") or r.random() < 0.5
        self.extension = r.choice([".csv", ".csv", ".txt"]) if self.delimiter != "\t" else r.choice([".tsv", ".txt", ".csv"])
        self.is_wide = self.layout in ("one series per row", "rows and label file")
        self.label_place = "none"  # one, rows or none
        self.kind = "none"
        self.has_time = self.header and not self.is_wide and self.layout not in ("one big file", "intervals") and r.random() < 0.25
        self.files, self.events = {}, []
        self.choose_labels()
        self.make_series()
        getattr(self, "make_" + self.layout.replace(" ", "_"))()

    @property
    def words(self):
        return ", ".join([self.layout, self.package, "delimiter " + repr(self.delimiter), "decimal " + self.decimal, self.encoding,
                          "header" if self.header else "no header", f"{self.kind} labels ({self.label_place})", self.extension])

    def choose_labels(self):
        r, layout = self.random, self.layout
        kinds = ["texts", "numbered", "codes", "numbers"]
        if layout in ("class folders", "class in name"): kinds = ["texts"] if layout == "class in name" else ["texts", "codes"]
        if layout in ("one series per row", "rows and label file", "label column"): kinds = kinds[:3]
        if layout == "files" or layout == "one series per row" and r.random() < 0.25: return
        if layout == "one big file" and r.random() < 0.4: return
        if layout == "intervals": kinds = kinds[:1]
        self.kind = r.choice(kinds)
        self.label_place = "one"
        if layout in ("numbered pairs", "two subfolders", "several feature files", "groups") and r.random() < 0.4: self.label_place = "rows"
        if layout in ("label column", "one big file", "intervals"): self.label_place = "rows"
        if layout in ("folder per recording", "train and test") and r.random() < 0.4: self.label_place = "rows"
        # Without a name, a column of numbers is not known to be labels.
        if layout in ("groups", "one big file") and self.label_place == "rows" and not self.header and self.kind == "numbers": self.kind = "texts"

    def make_series(self):
        r = self.random
        count = 1 if self.layout == "one big file" else r.randrange(8, 15)
        columns = r.randrange(2, 5)
        names = r.choice(ACTIVITIES)
        if self.layout in ("class folders", "class in name"): names = r.choice(ACTIVITIES[:2])
        self.series = []
        shift = r.choice([1, 1, 2])
        def number():
            return f"{r.randrange(-400, 500)}.{r.randrange(10 ** r.randrange(1, 5))}" if r.random() < 0.9 else f"{r.randrange(-9, 10)}.5"
        def label(i):
            if self.kind == "texts": return names[i % len(names)]
            if self.kind == "numbered": return str(i % 3)
            if self.kind == "codes": return str(i % 3 * shift + 1)
            return f"{r.randrange(900)}.{r.randrange(10, 99)}"
        for i in range(count):
            if self.layout == "one big file": steps = r.choice([300, 300, 90_000])
            elif self.is_wide: steps = r.randrange(20, 33)
            else: steps = r.randrange(3, 9)
            if self.layout == "one big file" and steps > 1000:
                texts = np.random.RandomState(self.seed).randint(-9000, 9000, (steps, columns))
                rows = [["%.2f" % (v / 100) for v in row] for row in texts.tolist()]
            else:
                rows = [[number() for _ in range(1 if self.is_wide else columns)] for _ in range(steps)]
            if self.label_place == "none": labels = []
            elif self.label_place == "one": labels = [label(i)]
            elif self.layout == "intervals": labels = self.intervals(steps, names)
            else: labels = [label(i + k // (max(2, steps // 10) if self.layout == "one big file" else 1)) for k in range(steps)]
            one = Series(rows, labels)
            if self.has_time:
                pace = r.choice([1, 60, 3600])
                one.times = [k * pace for k in range(steps)]
                one.start = r.randrange(0, 12 * 3600)
            self.series.append(one)
        if self.is_wide and r.random() < 0.5:
            longest = max(len(s.rows) for s in self.series)
            for s in self.series: s.rows += [[number()] for _ in range(longest - len(s.rows))]
        self.names = ["Höhe", "speed", "temp_x", "b"][:columns]

    def intervals(self, steps, names):
        """Labels of parts of a series, None where there is none."""
        r, labels = self.random, [None] * steps
        self.events.append([])
        at = sorted(r.sample(range(steps + 1), 2 * r.randrange(1, 3)) if steps > 3 else [0, 2])
        for k, (a, b) in enumerate(zip(at[::2], at[1::2])):
            name = names[(len(self.events) + k) % len(names)]
            labels[a:b] = [name] * (b - a)
            self.events[-1].append((a, b, name))
        return labels

    # --- text

    def cell(self, text): return text.replace(".", self.decimal)
    def quoted(self, text): return f'"{text}"' if self.delimiter in text or " " in text and self.delimiter == " " else text
    def line(self, cells): return self.delimiter.join(self.quoted(c) for c in cells) + self.line_end

    def stamp(self, seconds):
        if self.seed % 2: return "2024-03-05 %02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
        return "05.03.2024 %02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)

    def table(self, series, first=lambda s, k: [], last=lambda s, k: [], before=[], after=[], names=None, header=None, order=None):
        """The text of a file with rows of these series."""
        text = ""
        if self.header if header is None else header:
            text = self.line(before + (["time"] if self.has_time else []) + (names or self.names) + after)
        lines = []
        for s in series:
            for k, row in enumerate(s.rows):
                time = [self.stamp(s.start + s.times[k])] if self.has_time else []
                lines.append((k, self.line(first(s, k) + time + [self.cell(c) for c in row] + last(s, k))))
        if order == "time": lines.sort(key=lambda l: l[0])
        return text + "".join(l for _, l in lines)

    def label_file(self, s, header=None):
        return (("label" + self.line_end) if (self.header if header is None else header) else "") + "".join(self.cell(v) + self.line_end for v in s.labels)

    def add(self, path, text): self.files[path] = text

    # --- layouts

    def make_numbered_pairs(self):
        one, other = self.random.choice([("f_", "l_"), ("myInput_", "myLabels_"), ("x", "y"), ("features_", "labels_"), ("series-", "target-")])
        form = self.random.choice(["%d", "%03d"])
        for i, s in enumerate(self.series):
            self.add(one + form % i + self.extension, self.table([s]))
            self.add(other + form % i + self.extension, self.label_file(s))

    def make_two_subfolders(self):
        one, other = self.random.choice([("features", "labels"), ("X", "y"), ("data", "labels"), ("inputs", "targets")])
        for i, s in enumerate(self.series):
            self.add(f"{one}/rec{i * 3}{self.extension}", self.table([s]))
            self.add(f"{other}/rec{i * 3}{self.extension}", self.label_file(s))

    def make_class_folders(self):
        top = self.random.choice(["", "", "data/"])
        for i, s in enumerate(self.series): self.add(f"{top}{s.labels[0]}/s{i}{self.extension}", self.table([s]))

    def make_class_in_name(self):
        form = self.random.choice(["{c}_{i:02d}", "p{p}_{c}_{i}", "{c}-{i}", "rec_{i}_{c}"])
        for i, s in enumerate(self.series): self.add(form.format(c=s.labels[0], i=i, p=i % 2) + self.extension, self.table([s]))

    def make_label_table(self):
        r = self.random
        below = r.choice(["", "d/"])
        with_extension = r.random() < 0.5
        columns = r.choice([["file", "label"], ["file", "subject", "class"], ["name", "age", "site", "label"]])
        text = self.line(columns)
        rows = []
        for i, s in enumerate(self.series):
            self.add(f"{below}rec{i * 2}{self.extension}", self.table([s]))
            more = {"subject": f"s{i % 3}", "age": str(20 + i), "site": "north" if i % 2 else "south"}
            rows.append([f"rec{i * 2}{self.extension if with_extension else ''}"] + [more[c] for c in columns[1:-1]] + [self.cell(s.labels[0])])
        r.shuffle(rows)
        self.add(r.choice(["labels", "meta", "answers", "index"]) + self.extension, text + "".join(self.line(row) for row in rows))

    def wide_rows(self, first, last):
        text = ""
        longest = max(len(s.rows) for s in self.series)
        if self.header: text = self.line((["label"] if first else []) + [f"t{k}" for k in range(longest)] + (["label"] if last else []))
        pad = "NaN" if self.delimiter == " " or self.random.random() < 0.5 else ""
        for s in self.series:
            cells = [self.cell(row[0]) for row in s.rows] + [pad] * (longest - len(s.rows))
            text += self.line((s.labels if first else []) + cells + (s.labels if last else []))
        return text

    def make_one_series_per_row(self):
        first = self.kind != "none" and self.random.random() < 0.7
        self.add("all" + self.extension, self.wide_rows(first, self.kind != "none" and not first))

    def make_rows_and_label_file(self):
        one, other = self.random.choice([("X_train", "y_train"), ("X", "y"), ("data", "labels")])
        self.add(one + self.extension, self.wide_rows(False, False))
        self.add(other + self.extension, ("label" + self.line_end if self.header else "") + "".join(s.labels[0] + self.line_end for s in self.series))

    def identify(self):
        is_text = self.random.random() < 0.5 and self.header
        self.id = {id(s): (f"k{i + 1}" if is_text else str(i + 1)) for i, s in enumerate(self.series)}
        self.id_name = self.random.choice(["id", "series_id", "user", "session"])

    def make_groups(self):
        self.identify()
        repeat = lambda s, k: [self.cell(s.labels[0 if self.label_place == "one" else k])]
        self.add("all" + self.extension, self.table(self.series, first=lambda s, k: [self.id[id(s)]], last=repeat, before=[self.id_name], after=["label"]))

    def make_scattered_groups(self):
        self.identify()
        self.add("all" + self.extension, self.table(self.series, first=lambda s, k: [self.id[id(s)]], last=lambda s, k: [self.cell(s.labels[0])],
                                                    before=[self.id_name], after=["label"], order="time"))

    def make_groups_and_table(self):
        self.identify()
        self.add("X_train" + self.extension, self.table(self.series, first=lambda s, k: [self.id[id(s)]], before=[self.id_name]))
        text = self.line([self.id_name, "group_id", "surface"])
        self.add("y_train" + self.extension, text + "".join(self.line([self.id[id(s)], str(i % 4), self.cell(s.labels[0])]) for i, s in enumerate(self.series)))

    def make_label_column(self):
        for i, s in enumerate(self.series):
            self.add(f"x{i}{self.extension}", self.table([s], last=lambda s, k: [self.cell(s.labels[k])], after=["label"]))

    def make_label_repeated(self):
        for i, s in enumerate(self.series):
            self.add(f"x{i}{self.extension}", self.table([s], last=lambda s, k: [self.cell(s.labels[0])], after=["class"]))

    def split_columns(self, i, s, names, separator):
        own, self.has_time, times = self.has_time, False, s.times
        s.times = None
        half = Series([row[:1] for row in s.rows], []), Series([row[1:] for row in s.rows], [])
        self.add(names[0] + separator + f"{i}{self.extension}", self.table([half[0]], names=["x"]))
        self.add(names[1] + separator + f"{i}{self.extension}", self.table([half[1]], names=["x", "z", "w"][:len(half[1].rows[0])]))

    def make_several_feature_files(self):
        names = self.random.choice([("acc", "gyro"), ("ecg", "resp"), ("left", "right")])
        separator = self.random.choice(["_", "/"])
        for i, s in enumerate(self.series):
            self.split_columns(i, s, names, separator)
            self.add(f"labels{separator}{i}{self.extension}", self.label_file(s))

    def make_channels_and_table(self):
        text = self.line(["file", "label"])
        for i, s in enumerate(self.series):
            self.split_columns(i, s, ("acc", "gyro"), "/")
            text += self.line([str(i), self.cell(s.labels[0])])
        self.add("labels" + self.extension, text)

    def make_subject_folders_and_table(self):
        form = self.random.choice(["s%02d", "subject_%02d", "P%d", "%03d"])
        number = self.random.choice([str, form.__mod__])
        text = self.line(["subject", "label"])
        for i, s in enumerate(self.series):
            s.times, self.has_time = None, False
            half = Series([row[:1] for row in s.rows], []), Series([row[1:] for row in s.rows], [])
            self.add(f"{form % i}/acc{self.extension}", self.table([half[0]], names=["x"]))
            self.add(f"{form % i}/gyro{self.extension}", self.table([half[1]], names=["x", "z", "w"][:len(half[1].rows[0])]))
            text += self.line([number(i), self.cell(s.labels[0])])
        self.add("labels" + self.extension, text)

    def make_folder_per_recording(self):
        form = self.random.choice(["rec%d", "subject_%02d", "%d"])
        for i, s in enumerate(self.series):
            own, s.times, self.has_time = s.times, None, False
            half = Series([row[:1] for row in s.rows], []), Series([row[1:] for row in s.rows], [])
            self.add(f"{form % i}/acc{self.extension}", self.table([half[0]], names=["x"]))
            self.add(f"{form % i}/gyro{self.extension}", self.table([half[1]], names=["x", "z", "w"][:len(half[1].rows[0])]))
            self.add(f"{form % i}/label{self.extension}", self.label_file(s))

    def make_train_and_test(self):
        """The training part is what the command to convert reads; that to train reads both."""
        form = self.random.choice(["{part}/x_{i}", "{part}/X/rec{i}", "{part}_x{i}"])
        def add(part, i, s):
            path = form.format(part=part, i=i)
            self.add(path + self.extension, self.table([s]))
            self.add(path.replace("x", "y").replace("X", "y") + self.extension, self.label_file(s))
        for i, s in enumerate(self.series):
            add("train", i, s)
            # Other rows, with labels of the same kind.
            if i % 2 == 0:
                other = Series([row[::-1] for row in s.rows[1:]] or [row[::-1] for row in s.rows], s.labels[1:] or s.labels)
                if s.times: other.times, other.start = s.times[:len(other.rows)], s.start
                add("test", i // 2, other)

    def make_intervals(self):
        text = self.line(["file", "start", "end", "class"])
        for i, s in enumerate(self.series):
            self.add(f"rec{i}{self.extension}", self.table([s]))
            for a, b, name in self.events[i]: text += self.line([f"rec{i}", str(a), str(b), name])
        self.add("events" + self.extension, text)

    def make_one_big_file(self):
        last = (lambda s, k: [self.cell(s.labels[k])]) if self.kind != "none" else (lambda s, k: [])
        self.add("recording" + self.extension, self.table(self.series, last=last, after=["label"] if self.kind != "none" else []))

    def make_files(self):
        for i, s in enumerate(self.series): self.add(f"x{i}{self.extension}", self.table([s]))

    # --- results

    @property
    def classes(self):
        """The classes in order; none if labels are numbers."""
        found = {v for s in self.series for v in s.labels if v is not None}
        if self.kind == "texts": return sorted(found)
        if self.kind in ("numbered", "codes"): return sorted(found, key=int)
        return []

    def write(self, directory):
        """Writes the folder; returns what inspect is given."""
        files = {}
        for path, text in self.files.items():
            data = text.encode(self.encoding, "replace")
            if self.package == "gz": path, data = path + ".gz", gzip.compress(data, mtime=0)
            files[path] = data
        if self.package in ("plain", "gz"):
            for path, data in files.items():
                os.makedirs(os.path.dirname(os.path.join(directory, path)), exist_ok=True)
                open(os.path.join(directory, path), "wb").write(data)
            return directory
        os.makedirs(directory, exist_ok=True)
        archive = os.path.join(directory, "data." + self.package)
        if self.package == "zip":
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
                for path, data in files.items(): z.writestr(path, data)
        else:
            with tarfile.open(archive, "w:gz") as t:
                for path, data in files.items():
                    entry = tarfile.TarInfo(path)
                    entry.size = len(data)
                    t.addfile(entry, io.BytesIO(data))
        return archive
