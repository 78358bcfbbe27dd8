namespace Lynceus.Cloud;

/// <summary>
/// Where a species is seen: events by effort in the cells of a grid, each with its exact Poisson interval, and a surface smoothed by a Gaussian kernel,
/// 100 · Σ K(d/h)·events / Σ K(d/h)·camera-days: the ratio of two kernel estimates, so that much effort does not look like many animals (Bithell 1990; Davies et al. 2018).
/// </summary>
/// <param name="CellKm">The length of a cell's side.</param>
/// <param name="BandwidthKm">h, the kernel's standard deviation.</param>
/// <param name="Cells">From south to north, in a row from west to east; all between the outermost places.</param>
internal sealed record HeatMap(double CellKm, double BandwidthKm, IReadOnlyList<GridCell> Cells)
{
    public const int MostCells = 10_000;

    /// <summary>Kilometres of a degree of latitude: a sphere of 6,371.0088 km.</summary>
    private const double KmOfDegree = 111.19508;

    /// <summary>Bandwidths beyond which a place says nothing of another.</summary>
    private const double Far = 3;

    /// <param name="places">Deployments or locations.</param>
    /// <param name="cellKm">0.01 to 1000.</param>
    /// <param name="bandwidthKm">Null for the side of a cell.</param>
    /// <exception cref="TooLittleDataException">No place with effort.</exception>
    /// <exception cref="WrongDataException">No place on earth, or more cells than <see cref="MostCells"/>.</exception>
    public static HeatMap Of(IReadOnlyList<GridPlace> places, double cellKm, double? bandwidthKm = null)
    {
        var h = bandwidthKm ?? cellKm;
        if (cellKm is not (>= 0.01 and <= 1000)) throw new WrongDataException($"a cell of {cellKm} km; must be 0.01 to 1000");
        if (h is not (>= 0.01 and <= 1000)) throw new WrongDataException($"a bandwidth of {h} km; must be 0.01 to 1000");
        foreach (var p in places) Check(p);
        if (!places.Any(p => p.Days > 0)) throw new TooLittleDataException($"{places.Count} places with coordinates and no effort among them; a map needs one camera-day or more");
        var grid = new Frame(places, cellKm);
        if ((long)grid.Rows * grid.Columns > MostCells) throw new WrongDataException($"cells of {cellKm} km make {grid.Rows} × {grid.Columns}; at most {MostCells} are drawn: say larger ones");
        var inside = places.ToLookup(grid.CellOf);
        return new HeatMap(cellKm, h, [.. Enumerable.Range(0, grid.Rows).SelectMany(row => Enumerable.Range(0, grid.Columns).Select(column => grid.Cell(row, column, [.. inside[(row, column)]], places, h)))]);
    }

    private static void Check(GridPlace p)
    {
        if (!(p.Latitude is >= -90 and <= 90 && p.Longitude is >= -180 and <= 180)) throw new WrongDataException($"latitude {p.Latitude}, longitude {p.Longitude}: must be -90 to 90 and -180 to 180 degrees");
        if (p.Events < 0) throw new WrongDataException($"{p.Events} events; must be 0 or more");
        if (!double.IsFinite(p.Days) || p.Days < 0) throw new WrongDataException($"an effort of {p.Days} days; must be 0 or more");
        if (p is { Events: > 0, Days: 0 }) throw new WrongDataException($"{p.Events} events without effort at {p.Latitude}, {p.Longitude}; what was not looked at has no rate");
    }

    /// <summary>Degrees to kilometres around the middle of the places: a plane, which is true to 1 % over 500 km.</summary>
    private sealed class Frame
    {
        private readonly double west, south, kmEast, cellKm;

        public Frame(IReadOnlyList<GridPlace> places, double cellKm)
        {
            this.cellKm = cellKm;
            (south, var north) = (places.Min(p => p.Latitude), places.Max(p => p.Latitude));
            west = West(places);
            kmEast = KmOfDegree * Math.Max(0.01, Math.Cos((south + north) / 2 * Math.PI / 180));
            (Rows, Columns) = (1 + (int)((north - south) * KmOfDegree / cellKm), 1 + (int)(places.Max(p => East(p.Longitude)) / cellKm));
        }

        public int Rows { get; }

        public int Columns { get; }

        public (int Row, int Column) CellOf(GridPlace p) => ((int)((p.Latitude - south) * KmOfDegree / cellKm), (int)(East(p.Longitude) / cellKm));

        public GridCell Cell(int row, int column, IReadOnlyList<GridPlace> own, IReadOnlyList<GridPlace> all, double h)
        {
            var (high, wide) = (cellKm / KmOfDegree, cellKm / kmEast);
            var (days, x, y) = (own.Sum(p => p.Days), (column + 0.5) * cellKm, (row + 0.5) * cellKm);
            return new GridCell(south + row * high, west + column * wide, south + (row + 1) * high, west + (column + 1) * wide, own.Count,
                days > 0 ? TrappingRate.Of(own.Sum(p => p.Events), days) : null, Smoothed(all, x, y, h));
        }

        private double? Smoothed(IReadOnlyList<GridPlace> all, double x, double y, double h)
        {
            var (events, days) = (0.0, 0.0);
            foreach (var p in all)
            {
                var (dx, dy) = (East(p.Longitude) - x, (p.Latitude - south) * KmOfDegree - y);
                var squared = (dx * dx + dy * dy) / (h * h);
                if (squared > Far * Far) continue;
                var weight = Math.Exp(-squared / 2);
                (events, days) = (events + weight * p.Events, days + weight * p.Days);
            }
            return days > 0 ? 100 * events / days : null;
        }

        private double East(double longitude) => Turned(longitude - west) * kmEast;

        private static double Turned(double degrees) => degrees - 360 * Math.Floor(degrees / 360);

        /// <summary>The place whose way from west to east to all others is the shortest: after the widest gap between neighbours around the globe.</summary>
        private static double West(IReadOnlyList<GridPlace> places)
        {
            var around = places.Select(p => p.Longitude).Distinct().Order().ToList();
            return around.Select((at, i) => (At: at, Gap: Turned(at - around[(i + around.Count - 1) % around.Count]) is var g && around.Count > 1 ? g : 360)).MaxBy(p => p.Gap).At;
        }
    }
}
