using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Closes connections whose certificate or password does not hold any more. Another process revokes, so the rows are looked at every two seconds.</summary>
internal sealed partial class RevocationWatch(EmbeddedBroker broker, HubIdentity identity, IDbContextFactory<LynceusDb> rows, TimeProvider time, ILogger<RevocationWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LookFailed(e);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var open = identity.Passes.All.Where(p => p.Value.Serial is not null || p.Value.PasswordSince is not null).ToList();
        if (open.Count == 0) return;
        await using var db = await rows.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow().UtcDateTime;
        var serials = await db.HubCertificates.Where(c => c.RevokedAt == null && c.NotAfter > now).Select(c => c.Serial).ToHashSetAsync(cancel);
        var passwords = await db.Credentials.AsNoTracking().ToDictionaryAsync(c => c.Hub, c => c.CreatedAt, cancel);
        await Task.WhenAll(open.Where(o => !Holds(o.Value, serials, passwords)).Select(o => CloseAsync(o.Key, o.Value.Hub, cancel)));
    }

    // One that is gone already, or does not let itself be closed, keeps no other open.
    private async Task CloseAsync(string client, string hub, CancellationToken cancel)
    {
        Closing(hub, client);
        try
        {
            await broker.CloseAsync(client).WaitAsync(Patience, time, cancel);
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            NotClosed(client, e.Message);
        }
    }

    /// <summary>Whether a connection may stay.</summary>
    public static bool Holds(Pass pass, IReadOnlySet<string> serials, IReadOnlyDictionary<string, DateTime> passwords)
        => (pass.Serial is null || serials.Contains(pass.Serial))
        && (pass.PasswordSince is not { } since || (passwords.TryGetValue(pass.Hub, out var made) && made == since));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Hub {Hub}, client {Client}: its certificate or password holds no more; the connection is closed")]
    private partial void Closing(string hub, string client);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {Client} was not closed; looked at again soon: {Reason}")]
    private partial void NotClosed(string client, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rows could not be asked which connections may stay; asked again soon")]
    private partial void LookFailed(Exception e);
}
