using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>How far an import is, on stderr twice a second; nothing where that is no terminal.</summary>
internal sealed class ImportBar : IDisposable
{
    private const int Width = 30;
    private readonly CancellationTokenSource over;
    private readonly Task showing;

    private ImportBar(ImportSource source, ImportTally tally, CancellationToken cancel)
    {
        over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        showing = Task.Run(() => ShowAsync(source, tally, over.Token), CancellationToken.None);
    }

    public static ImportBar? Show(ImportSource source, ImportTally tally, CancellationToken cancel) => Console.IsErrorRedirected ? null : new ImportBar(source, tally, cancel);

    public static string Line(long ended, long? total, double? perSecond)
    {
        var pace = perSecond is { } p ? string.Create(CultureInfo.InvariantCulture, $"  {p:0.#}/s") : "";
        if (total is not > 0) return $"{ended} files{pace}";
        var full = (int)Math.Min(Width, Width * ended / total.Value);
        var left = perSecond > 0 ? $"  {TimeSpan.FromSeconds(Math.Round((total.Value - ended) / perSecond.Value)):d\\.hh\\:mm\\:ss} left" : "";
        return $"[{new string('#', full)}{new string('.', Width - full)}] {ended}/{total}{pace}{left}";
    }

    private static async Task ShowAsync(ImportSource source, ImportTally tally, CancellationToken over)
    {
        // Counting takes a second where reading takes an hour; until it is done the bar has no end.
        var counting = Task.Run(() => source.Files(_ => { }, over).LongCount(), over);
        var pace = new JobPace();
        while (!over.IsCancellationRequested)
        {
            var ended = tally.Ended;
            var perSecond = pace.Read(TimeProvider.System.GetUtcNow().UtcDateTime, (int)ended);
            await Console.Error.WriteAsync($"\r{Line(ended, counting.IsCompletedSuccessfully ? await counting : null, perSecond)}\e[K");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Console.Error.WriteAsync("\r\e[K");
    }

    public void Dispose()
    {
        over.Cancel();
        showing.GetAwaiter().GetResult();
        over.Dispose();
    }
}
