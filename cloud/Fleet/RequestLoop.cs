using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// Says to a hub what is asked of it, as soon as it is there. All stands in the rows: what is said twice has the same id and is the same request,
/// and what nobody heard is said again when the hub next speaks.
/// </summary>
internal sealed partial class RequestLoop(
    HubHellos hellos, IEnumerable<IHubVoice> voices, IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time, ILogger<RequestLoop> log) : BackgroundService
{
    /// <summary>A door that does not open in this time holds up no other.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IHubVoice[] voices = [.. voices];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var hub in hellos.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await TellAsync(hub, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                NotTold(e, hub);
            }
        }
    }

    private async Task TellAsync(string hub, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var said = new List<long>();
        await using var db = await rows.CreateDbContextAsync(cancel);
        foreach (var request in await DueRequests.OfAsync(db, hub, now, cancel))
        {
            if (await SayAsync(hub, Wire.Write(DueRequests.ToWire(request)), request.ExpiresAt - now, cancel)) said.Add(request.Id);
        }
        if (said.Count > 0) await queue.RunAsync(new SaidWrite(said, now), cancel);
    }

    // A door in trouble does not keep the others from speaking.
    private async Task<bool> SayAsync(string hub, byte[] request, TimeSpan goodFor, CancellationToken cancel)
    {
        var heard = false;
        foreach (var voice in voices)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(Patience);
                heard |= await voice.SayAsync(hub, Topics.Request(hub), request, goodFor, patience.Token);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                NotTold(e, hub);
            }
        }
        return heard;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Hub {Hub} was not told of a request; it is told when it next speaks")]
    private partial void NotTold(Exception e, string hub);
}
