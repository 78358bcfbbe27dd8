using System.Threading.Channels;

namespace Lynceus.Cloud;

/// <summary>Tells the detection loop which media have their frame now. It may forget everything: what waits also stands in the rows.</summary>
internal sealed class DetectionSignal
{
    private readonly Channel<long> stored = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Called after the commit, with the row of the media.</summary>
    public void Stored(long mediaRowId) => stored.Writer.TryWrite(mediaRowId);

    /// <summary>Waits for the first, and takes what else is there, up to the most.</summary>
    public async Task<List<long>> TakeAsync(int most, CancellationToken cancel)
    {
        var taken = new List<long> { await stored.Reader.ReadAsync(cancel) };
        while (taken.Count < most && stored.Reader.TryRead(out var more)) taken.Add(more);
        return taken;
    }
}
