namespace Lynceus.Cloud;

/// <summary>What <c>cloud run</c> was told.</summary>
internal sealed record CloudSettings
{
    /// <summary>The folder that holds everything: rows, objects, thumbnails, token.</summary>
    public required string Data { get; init; }
    public required BindAddress Http { get; init; }
    public required BindAddress Mqtt { get; init; }

    /// <summary>A model of the catalog; null for the first that can detect.</summary>
    public string? Model { get; init; }

    /// <summary>Threads for one detection, 1–64.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where model files are looked for; null for the usual places.</summary>
    public IReadOnlyList<string>? ModelFolders { get; init; }
}
