using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>What things cost, from a file that people edit: <c>prices.json</c> beside the program, or one of their own. All money is in <see cref="Currency"/>.</summary>
internal sealed record Prices
{
    public const string FileName = "prices.json";

    /// <summary>The storage class that is taken where nobody says.</summary>
    public const string Standard = "standard";

    /// <summary>The month they are of, <c>2026-09</c>.</summary>
    public required string AsOf { get; init; }
    public required string Currency { get; init; }

    /// <summary>Where each is from.</summary>
    public required IReadOnlyDictionary<string, string> Sources { get; init; }

    /// <summary>By name; <c>standard</c> is taken where nobody says.</summary>
    public required IReadOnlyDictionary<string, StoragePrice> StorageClasses { get; init; }
    public required MessagePrice Messages { get; init; }
    public required ComputePrice Compute { get; init; }

    /// <summary>For a GiB that leaves the cloud.</summary>
    public required double EgressGib { get; init; }
    public required DatabasePrice Database { get; init; }

    /// <summary>An hour of one node of the system of 2019 that this one is compared with.</summary>
    public required double Node2019Hour { get; init; }

    /// <summary>What one look costs: processors, and reading the file.</summary>
    public double Look(double processorSeconds) => (processorSeconds / 3600 * Compute.VcpuHour) + (Storage(Standard).ReadsPer10000 / 10_000);

    public StoragePrice Storage(string name) => StorageClasses.TryGetValue(name, out var price) ? price
        : throw new EstimateFault($"storage class '{name}' has no price; there are {string.Join(", ", StorageClasses.Keys)}");

    /// <summary>Reads a price file. Throws <see cref="EstimateFault"/> with the field and what is wrong.</summary>
    /// <param name="path">Null for the one that came with the program.</param>
    public static Prices Read(string? path = null)
    {
        path ??= Path.Combine(AppContext.BaseDirectory, "Estimates", FileName);
        try
        {
            var prices = JsonSerializer.Deserialize(File.ReadAllBytes(path), PricesJson.Default.Prices) ?? throw new EstimateFault($"{path} is empty");
            return prices.Fault() is { } fault ? throw new EstimateFault($"{path}: {fault}") : prices;
        }
        catch (JsonException e)
        {
            throw new EstimateFault($"{path}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstimateFault(e.Message);
        }
    }

    private string? Fault()
    {
        if (StorageClasses.Count == 0) return "storageClasses: names none";
        if (StorageClasses.FirstOrDefault(c => c.Value is null || !AreMoney(c.Value.GibMonth, c.Value.WritesPer10000, c.Value.ReadsPer10000, c.Value.RetrievalGib)).Key is { } storage) return $"storageClasses.{storage}: a price must be 0 or more";
        if (!AreMoney(Messages.Tib, Messages.FreeGibMonth, Messages.LeastBytes)) return "messages: a price must be 0 or more";
        if (!AreMoney(Compute.VcpuSecond, Compute.GibSecond, Compute.GibPerVcpu)) return "compute: a price must be 0 or more";
        if (!AreMoney(Database.GibMonth, Database.InstanceMonth)) return "database: a price must be 0 or more";
        return AreMoney(EgressGib, Node2019Hour) ? null : "egressGib, node2019Hour: a price must be 0 or more";
    }

    private static bool AreMoney(params ReadOnlySpan<double> prices)
    {
        foreach (var price in prices)
        {
            if (!double.IsFinite(price) || price < 0) return false;
        }
        return true;
    }
}

/// <summary>One storage class.</summary>
/// <param name="GibMonth">For a GiB kept for a month.</param>
/// <param name="WritesPer10000">For 10,000 objects written.</param>
/// <param name="ReadsPer10000">For 10,000 objects read.</param>
/// <param name="RetrievalGib">For a GiB read.</param>
internal sealed record StoragePrice(double GibMonth, double WritesPer10000, double ReadsPer10000, double RetrievalGib);

/// <summary>Messages that go through a service such as Pub/Sub; a broker of one's own costs nothing by the byte.</summary>
/// <param name="Tib">For a TiB published, and the same for a TiB delivered.</param>
/// <param name="FreeGibMonth">GiB a month, of both together, that cost nothing.</param>
/// <param name="LeastBytes">A message counts as so many bytes at least.</param>
internal sealed record MessagePrice(double Tib, double FreeGibMonth, double LeastBytes);

/// <summary>Processors by the second.</summary>
/// <param name="VcpuSecond">One processor for a second.</param>
/// <param name="GibSecond">One GiB of memory for a second.</param>
/// <param name="GibPerVcpu">GiB that a worker has for each processor.</param>
internal sealed record ComputePrice(double VcpuSecond, double GibSecond, double GibPerVcpu)
{
    /// <summary>One processor with its memory for an hour.</summary>
    public double VcpuHour => 3600 * (VcpuSecond + (GibPerVcpu * GibSecond));
}

/// <summary>The rows.</summary>
/// <param name="GibMonth">For a GiB kept for a month.</param>
/// <param name="InstanceMonth">For the server, whether it works or not.</param>
internal sealed record DatabasePrice(double GibMonth, double InstanceMonth);

/// <summary>Something that a quote needs and cannot take; the message says which and why.</summary>
internal sealed class EstimateFault(string message) : Exception(message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Prices))]
internal sealed partial class PricesJson : JsonSerializerContext;
