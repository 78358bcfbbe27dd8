namespace Lynceus.Edge;

/// <summary>Something that makes captures happen: a sensor with its camera, or a folder that fills.</summary>
internal interface ITrigger
{
    /// <summary>For messages: what it is and where.</summary>
    string Name { get; }

    /// <summary>Clips as they come, until it is stopped. The next one is asked for when the last one has been taken.</summary>
    IAsyncEnumerable<Clip> ClipsAsync(CancellationToken stop);
}
