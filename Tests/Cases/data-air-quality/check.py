r"""Air Quality of UCI in its layout: semicolons, decimal commas, -200 for missing values, two columns and the last rows empty."""
from common import *
import pandas as pd

r = np.random.RandomState(3)
NAMES = "Date;Time;CO(GT);PT08.S1(CO);NMHC(GT);C6H6(GT);PT08.S2(NMHC);NOx(GT);PT08.S3(NOx);NO2(GT);PT08.S4(NO2);PT08.S5(O3);T;RH;AH;;"
lines, ROWS = [NAMES], 120
for i in range(ROWS):
    hour = 18 + i
    cells = ["%02d/03/2004" % (10 + hour // 24), "%02d.00.00" % (hour % 24)]
    for k in range(13):
        digits = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 4][k]
        value = "%.*f" % (digits, 20 + 5 * k + 3 * r.normal()) if r.rand() > 0.08 else "-200"
        cells.append(value.replace(".", ","))
    lines.append(";".join(cells) + ";;")
lines += [";" * 16] * 11
os.mkdir("AirQualityUCI")
open("AirQualityUCI/AirQualityUCI.csv", "w", newline="").write("\r\n".join(lines) + "\r\n")

found = inspect("AirQualityUCI")
if not found.converting: short(found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
# Days and hours, and values between which gaps are interpolated.
table = pd.read_csv("AirQualityUCI/AirQualityUCI.csv", sep=";", decimal=",", na_values=[-200]).iloc[:ROWS, :15]
day = pd.to_datetime(table["Date"], format="%d/%m/%Y")
hours = sorted(table["Time"].unique())
values = table.iloc[:, 2:].astype(np.float32).astype(np.float64).interpolate(limit_direction="both")
right = np.column_stack([(day - day[0]).dt.total_seconds(), table["Time"].map(hours.index), values])
if fault := unequal([(right, None, None)], examples()): short(found.converting[0] + ": " + fault)
# One file of its own gives the same.
if fault := shell(inspect("AirQualityUCI/AirQualityUCI.csv").converting[0]).code or unequal([(right, None, None)], examples()): short(str(fault))
ok(found.converting[0])
