namespace Lynceus.Vision;

public sealed partial record ModelManifest
{
    /// <summary>Sides of an input, pixels. The grids of all families here step by 8, 16 and 32.</summary>
    private const int MostPixels = 4096;
    private const int MostLabels = 10_000;
    private const int Step = 32;
    private const int MostStrides = 16;

    /// <summary>The first thing that no model can be like, in words, or null. What only the file can tell is checked when it is opened.</summary>
    internal string? Fault()
    {
        if (string.IsNullOrWhiteSpace(Name)) return "name: is empty";
        if (string.IsNullOrWhiteSpace(Version)) return "version: is empty";
        foreach (var file in new[] { FileOf(ModelVariant.Float), Int8 })
        {
            if (file is null) continue;
            if (file.File.Length == 0 || Path.IsPathRooted(file.File) || file.File.Split('/', '\\').Contains("..")) return $"file: '{file.File}' is no path below a models folder";
            if (file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower)) return $"sha256: '{file.Sha256}' is not 64 small hex digits";
        }
        if (Input.Width is < Step or > MostPixels || Input.Height is < Step or > MostPixels || Input.Width % Step != 0 || Input.Height % Step != 0)
            return $"input: {Input.Width} x {Input.Height}; each side must be a multiple of {Step}, {Step} to {MostPixels}";
        if (Input.Strides is { } strides && (strides.Count is 0 or > MostStrides || strides.Any(s => s < 1 || Input.Width % s != 0 || Input.Height % s != 0)))
            return $"input.strides: {string.Join(", ", strides)}; 1 to {MostStrides} numbers that divide {Input.Width} and {Input.Height} are needed";
        if (Input.Pad is < 0 or > 255) return $"input.pad: {Input.Pad} is not 0 to 255";
        if (!(Input.White is > 0 and <= 255)) return $"input.white: {Input.White} is not above 0 and at most 255";
        if (Labels.Count is 0 or > MostLabels || Labels.Distinct().Count() != Labels.Count) return $"labels: {Labels.Count}; 1 to {MostLabels} different ones are needed";
        if (ObservationTypes.Keys.FirstOrDefault(k => !Labels.Contains(k)) is { } unknown) return $"observationTypes: '{unknown}' is none of the labels";
        return ThresholdFault();
    }

    private string? ThresholdFault()
    {
        foreach (var (name, value) in new[]
        {
            ("sendThreshold", SendThreshold), ("keepThreshold", KeepThreshold), ("personThreshold", PersonThreshold), ("vehicleThreshold", VehicleThreshold), ("blurThreshold", BlurThreshold),
        })
        {
            if (!(value is > 0 and <= 1)) return $"{name}: {value} is not above 0 and at most 1";
        }
        return Profiles?.Fault(new ProfileThresholds(SendThreshold, KeepThreshold));
    }
}
