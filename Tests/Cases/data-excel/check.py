r"""A table that Excel wrote on a German computer: semicolons, decimal commas, dd.mm.yyyy hh:mm, Windows-1252 with umlauts in the header."""
from common import *
import datetime
import pandas as pd

r = np.random.RandomState(7)
os.mkdir("Messungen")
for day in range(1, 5):
    lines, start = ["Zeitstempel;Außentemperatur (°C);Wärmemenge [kWh];Drücke;Kosten (€);Zustand"], datetime.datetime(2023, 3, day, 7, 45)
    for k in range(14):
        values = [round(5 + r.normal(), 2), round(100 + 9 * r.normal(), 3), r.randint(900, 1100), round(r.rand() * 9, 2)]
        time = start + datetime.timedelta(minutes=15 * k)
        lines.append(";".join([time.strftime("%d.%m.%Y %H:%M")] + [str(v).replace(".", ",") for v in values] + [["geöffnet", "zu"][k // 3 % 2]]))
    open(f"Messungen/März {day}.csv", "wb").write(("\r\n".join(lines) + "\r\n").encode("windows-1252"))

found = inspect("Messungen")
if not found.converting: short(found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
right = []
for day in range(1, 5):
    table = pd.read_csv(f"Messungen/März {day}.csv", sep=";", decimal=",", encoding="windows-1252")
    time = pd.to_datetime(table["Zeitstempel"], format="%d.%m.%Y %H:%M")
    right.append((np.column_stack([(time - time[0]).dt.total_seconds(), table.iloc[:, 1:5], table["Zustand"].map(["geöffnet", "zu"].index)]), None, None))
if fault := unequal(right, examples()): short(found.converting[0] + ": " + fault)
ok(found.converting[0])
