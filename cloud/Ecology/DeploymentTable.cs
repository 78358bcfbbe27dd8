using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Lynceus.Cloud;

/// <summary>Deployments as a spreadsheet: a CSV with Camtrap DP's column names (<c>deployments.csv</c>), and <c>hub</c> and <c>project</c> beside them. Columns that are absent stay as they are.</summary>
internal static class DeploymentTable
{
    private const int MostRows = 100_000;
    private const long MostBytes = 64L * 1024 * 1024;

    /// <summary>Reads all of it before anything is taken.</summary>
    /// <exception cref="StartException">The file, row and column, what is wrong, and what to do.</exception>
    public static List<(string DeploymentID, DeploymentBody Body)> Read(string path)
    {
        if (!File.Exists(path)) throw new StartException($"{path}: there is no such file");
        if (new FileInfo(path).Length > MostBytes) throw new StartException($"{path}: a table of deployments has at most {MostBytes / 1024 / 1024} MB");
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
        using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { DetectDelimiter = true, DetectDelimiterValues = [",", ";", "\t"], MissingFieldFound = null, BadDataFound = null });
        try
        {
            if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord is not { } header || !header.Contains("deploymentID")) throw new StartException($"{path}: row 1 has no column 'deploymentID'; the columns are Camtrap DP's (deploymentID, latitude, longitude, deploymentStart, …)");
            if (header.GroupBy(h => h).FirstOrDefault(h => h.Count() > 1) is { } twice) throw new StartException($"{path}: row 1 has column '{twice.Key}' twice");
            var (rows, seen) = (new List<(string, DeploymentBody)>(), new Dictionary<string, int>(StringComparer.Ordinal));
            while (csv.Read())
            {
                if (rows.Count == MostRows) throw new StartException($"{path}: a table has at most {MostRows:N0} deployments");
                var row = new Row(csv, path);
                var id = row.Text("deploymentID") ?? throw row.Wrong("deploymentID", "is empty");
                if (!seen.TryAdd(id, csv.Parser.RawRow)) throw row.Wrong("deploymentID", $"'{id}' stands in row {seen[id]} too");
                if ((PlaceOf.Deployment(id).Fault() ?? row.Body().Fault()) is { } fault) throw new StartException($"{path}: row {csv.Parser.RawRow}: {fault}");
                rows.Add((id, row.Body()));
            }
            return rows;
        }
        catch (DecoderFallbackException)
        {
            throw new StartException($"{path}: is not UTF-8 (near row {csv.Parser.RawRow + 1}); save it as 'CSV UTF-8'");
        }
        catch (CsvHelperException e) when (e is not HeaderValidationException)
        {
            throw new StartException($"{path}: row {csv.Parser.RawRow}: {e.Message.Split('\n')[0]}");
        }
    }

    private sealed class Row(CsvReader csv, string path)
    {
        public StartException Wrong(string column, string what) => new($"{path}: row {csv.Parser.RawRow}, column {column}: {what}");

        public string? Text(string column) => csv.TryGetField<string>(column, out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

        public DeploymentBody Body() => new()
        {
            Project = Text("project"),
            Hub = Text("hub"),
            CameraID = Text("hub") is null ? null : Text("cameraID"),
            LocationID = Text("locationID"),
            LocationName = Text("locationName"),
            Latitude = Number("latitude"),
            Longitude = Number("longitude"),
            CoordinateUncertainty = Number("coordinateUncertainty"),
            DeploymentStart = Time("deploymentStart"),
            DeploymentEnd = Time("deploymentEnd"),
            SetupBy = Text("setupBy"),
            CameraModel = Text("cameraModel"),
            CameraDelay = Whole("cameraDelay"),
            CameraHeight = Number("cameraHeight"),
            CameraDepth = Number("cameraDepth"),
            CameraTilt = Whole("cameraTilt"),
            CameraHeading = Whole("cameraHeading"),
            DetectionDistance = Number("detectionDistance"),
            TimestampIssues = Flag("timestampIssues"),
            BaitUse = Flag("baitUse"),
            FeatureType = Text("featureType"),
            Habitat = Text("habitat"),
            DeploymentGroups = Text("deploymentGroups"),
            DeploymentTags = Text("deploymentTags"),
            DeploymentComments = Text("deploymentComments"),
        };

        private double? Number(string column)
        {
            if (Text(column) is not { } text) return null;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw Wrong(column, $"'{Short(text)}' is no number; decimals have a point");
        }

        private int? Whole(string column)
        {
            if (Text(column) is not { } text) return null;
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(column, $"'{Short(text)}' is no whole number");
        }

        private bool? Flag(string column) => Text(column)?.ToUpperInvariant() switch
        {
            null => null,
            "TRUE" or "1" or "YES" => true,
            "FALSE" or "0" or "NO" => false,
            _ => throw Wrong(column, $"'{Short(Text(column)!)}' is neither true nor false"),
        };

        private DateTimeOffset? Time(string column)
        {
            if (Text(column) is not { } text) return null;
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) throw Wrong(column, $"'{Short(text)}' is no time, as in 2020-05-30T04:57:37+02:00");
            return text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10 ? time : throw Wrong(column, $"'{Short(text)}' has no offset from UTC; write it as 2020-05-30T04:57:37+02:00");
        }

        private static string Short(string text) => text.Length <= 40 ? text : text[..40] + " …";
    }
}
