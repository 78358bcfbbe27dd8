using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>What a job has taken and cost, at the prices of its quote.</summary>
/// <param name="ProcessorHours">Of its looks, vCPU-hours.</param>
/// <param name="Hours">By the clock, from its first claim to its end, or to its last claim so far.</param>
/// <param name="Money">In <paramref name="Currency"/>.</param>
/// <param name="Currency">The quote's.</param>
/// <param name="MoneyOfQuote">Actual money over quoted money, once it is done: 1 is as quoted. Absent if nothing was quoted.</param>
/// <param name="HoursOfQuote">The same of the hours by the clock: a machine that had other things to do, and pauses, are in it.</param>
internal sealed record JobActual(double ProcessorHours, double Hours, double Money, string Currency, double? MoneyOfQuote, double? HoursOfQuote)
{
    /// <summary>Null for a job that has no quote, or of which nothing is begun. Pure.</summary>
    /// <param name="job">The job.</param>
    public static JobActual? Of(JobRow job)
    {
        if (job.StartedAt is not { } started || JobQuotes.Read(job.Quote) is not { } quote) return null;
        var (processors, hours) = (job.ProcessorSeconds / 3600, ((job.EndedAt ?? job.ServedAt ?? started) - started).TotalHours);
        var money = (processors * UnitOf(quote, Quote.Processors)) + ((job.Done + job.Failed) * UnitOf(quote, Quote.FilesRead));
        var isDone = job.State == JobState.Done;
        return new JobActual(processors, hours, money, quote.Currency, isDone && quote.Money > 0 ? money / quote.Money : null, isDone && quote.Hours > 0 ? hours / quote.Hours : null);
    }

    private static double UnitOf(Quote quote, string what) => quote.Lines.FirstOrDefault(l => l.What == what) is { Amount: > 0 } line ? line.Money / line.Amount : 0;
}

/// <summary>Quotes that jobs carry.</summary>
internal static class JobQuotes
{
    /// <summary>For a job that is to be made, as <see cref="JobRow.Quote"/> has it. Throws <see cref="EstimateFault"/>.</summary>
    /// <param name="db">The rows.</param>
    /// <param name="job">Its model, version and project.</param>
    /// <param name="media">What it is to look at.</param>
    /// <param name="estimate">Prices, workers, objects.</param>
    /// <param name="now">The cloud's clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<string> OfAsync(LynceusDb db, JobRow job, IReadOnlyList<long> media, Estimating estimate, DateTime now, CancellationToken cancel)
    {
        var size = await StoredSize.OfAsync(db, media, cancel, estimate.Objects);
        var quote = JobQuote.Of(size, await MeasuredPace.OfAsync(db, job.Model, cancel, job.Version, size.Images), estimate.Prices(), estimate.Workers, storageClass: null);
        return Write(await Budgets.SaidAsync(db, quote, job.Project, job.Lane, now, cancel));
    }

    public static string Write(Quote quote) => JsonSerializer.Serialize(quote, JsonSerializerOptions.Web);

    public static Quote? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<Quote>(json, JsonSerializerOptions.Web);
}

/// <summary>What estimates of this cloud rest on.</summary>
internal sealed class Estimating(CloudSettings settings, ObjectFolder objects)
{
    private Prices? last;

    public ObjectFolder Objects => objects;

    /// <summary>Those that can look side by side.</summary>
    public int Workers => Math.Clamp(settings.Workers, 1, Environment.ProcessorCount);

    /// <summary>As the file has them now, so that one may be changed while the cloud runs. Throws <see cref="EstimateFault"/>.</summary>
    public Prices Prices() => last = Cloud.Prices.Read(settings.PriceFile);

    /// <summary>The same; while the file cannot be read, as it had them last: work does not wait for a slip in it.</summary>
    public Prices LastPrices()
    {
        try
        {
            return Prices();
        }
        catch (EstimateFault) when (last is not null)
        {
            return last;
        }
    }
}
