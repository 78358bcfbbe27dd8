using System.Runtime.InteropServices;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>How a file fared in a trial.</summary>
/// <param name="Sha256">Of the file.</param>
/// <param name="Machine">ONNX Runtime's version and the processor: on another the trial says nothing.</param>
/// <param name="At">When.</param>
/// <param name="Result">How.</param>
internal sealed record KnownTrial(string Sha256, string Machine, DateTimeOffset At, TrialResult Result);

/// <summary>How fast two twins were.</summary>
internal sealed record KnownPace(string Float, string Int8, string Machine, int Threads, DateTimeOffset At, TwinPace Pace);

/// <summary>The model that the hub ran with last, of which it keeps its own copy: an update may have replaced the other.</summary>
internal sealed record LastGood(ModelManifest Manifest, ModelVariant Variant, DateTimeOffset Since);

/// <summary>What <c>known.json</c> holds.</summary>
internal sealed record KnownModels
{
    public IReadOnlyList<KnownTrial> Trials { get; init; } = [];
    public IReadOnlyList<KnownPace> Paces { get; init; } = [];
    public LastGood? LastGood { get; init; }
}

/// <summary>
/// What a hub knows of models, durably, in <c>model/</c> of its data folder: <c>known.json</c>, and the last good model's file under its SHA-256.
/// A file that cannot be read is as if nothing were known: everything in it can be found out again.
/// </summary>
internal sealed class ModelMemory
{
    /// <summary>Of each kind; the oldest go first.</summary>
    private const int Most = 50;
    private const long MostBytes = 4 * 1024 * 1024;
    private readonly string? folder;
    private readonly TimeProvider time;
    private readonly Action<string> forgot;

    /// <param name="data">The hub's data folder; null to remember nothing beyond this process.</param>
    /// <param name="time">Says when.</param>
    /// <param name="forgot">Told why something could not be written. A full card keeps the hub from remembering, not from working: the next start finds out again.</param>
    /// <param name="machine">Null for this one.</param>
    public ModelMemory(string? data, TimeProvider time, Action<string> forgot, string? machine = null)
    {
        folder = data is null ? null : Path.Combine(data, "model");
        this.time = time;
        this.forgot = forgot;
        Machine = machine ?? ThisMachine();
        Known = Read() ?? new KnownModels();
    }

    public KnownModels Known { get; private set; }

    public string Machine { get; }

    /// <summary>Takes over what another memory knows, without writing it.</summary>
    public void Believe(KnownModels known) => Known = known;

    /// <summary>Where it is written; null if it is not.</summary>
    public string? File => folder is null ? null : Path.Combine(folder, "known.json");

    public TrialResult? Trial(string sha256) => Known.Trials.LastOrDefault(t => t.Sha256 == sha256 && t.Machine == Machine)?.Result;

    public TwinPace? Pace(string whole, string int8, int threads)
        => Known.Paces.LastOrDefault(p => p.Float == whole && p.Int8 == int8 && p.Threads == threads && p.Machine == Machine)?.Pace;

    public void Remember(string sha256, TrialResult result)
        => Write(Known with { Trials = [.. Known.Trials.Where(t => t.Sha256 != sha256 || t.Machine != Machine).TakeLast(Most - 1), new KnownTrial(sha256, Machine, time.GetUtcNow(), result)] });

    public void Remember(string whole, string int8, int threads, TwinPace pace)
        => Write(Known with
        {
            Paces = [.. Known.Paces.Where(p => p.Float != whole || p.Int8 != int8 || p.Threads != threads || p.Machine != Machine).TakeLast(Most - 1),
                new KnownPace(whole, int8, Machine, threads, time.GetUtcNow(), pace)],
        });

    /// <summary>Keeps the model as the last good one. Its file is there before it is named, and the one before goes only after that.</summary>
    public void RememberGood(LoadedModel model)
    {
        if (folder is null || (Known.LastGood is { } last && last.Manifest.FileOf(last.Variant)?.Sha256 == model.Sha256 && System.IO.File.Exists(Copy(model.Sha256)))) return;
        Guarded(folder, () =>
        {
            LoadedModel[] kept = model.Exact is null ? [model] : [model, model.Exact];
            foreach (var file in kept.Where(k => k.Path != Copy(k.Sha256))) DurableFile.Write(Copy(file.Sha256), System.IO.File.ReadAllBytes(file.Path));
            Save(folder, Known with { LastGood = new LastGood(model.Manifest, model.Variant, time.GetUtcNow()) });
            foreach (var old in Directory.EnumerateFiles(folder, "*.onnx").Where(f => kept.All(k => f != Copy(k.Sha256)))) System.IO.File.Delete(old);
        });
    }

    /// <summary>The last good model, from the hub's own copy; null if there is none. Throws <see cref="ModelRefusedException"/> if the copy is damaged.</summary>
    public LoadedModel? OpenLastGood()
    {
        if (folder is null || Known.LastGood is not { } good || good.Manifest.FileOf(good.Variant) is not { } file) return null;
        var opened = ModelCatalog.OpenFile(good.Manifest, good.Variant, Copy(file.Sha256));
        var exact = Copy(good.Manifest.Sha256);
        return good.Variant == ModelVariant.Int8 && System.IO.File.Exists(exact) ? opened with { Exact = ModelCatalog.OpenFile(good.Manifest, ModelVariant.Float, exact) } : opened;
    }

    private string Copy(string sha256) => Path.Combine(folder!, $"{sha256}.onnx");

    private void Write(KnownModels known)
    {
        Known = known;
        if (folder is not null) Guarded(folder, () => Save(folder, known));
    }

    private void Save(string where, KnownModels known)
    {
        DurableFile.Write(Path.Combine(where, "known.json"), JsonSerializer.SerializeToUtf8Bytes(known, ModelJson.Default.KnownModels));
        Known = known;
    }

    private void Guarded(string where, Action act)
    {
        try
        {
            DurableFile.CreateFolder(where);
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            forgot($"what was found out of the models cannot be written to {where}: {e.Message}");
        }
    }

    private KnownModels? Read()
    {
        try
        {
            if (File is null || new FileInfo(File) is not { Exists: true, Length: <= MostBytes }) return null;
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), ModelJson.Default.KnownModels);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A card may move to another board, and an update may bring another ONNX Runtime.</summary>
    private static string ThisMachine()
    {
        const string Cpu = "/proc/cpuinfo";
        var processor = !System.IO.File.Exists(Cpu) ? null
            : System.IO.File.ReadLines(Cpu).FirstOrDefault(l => l.StartsWith("Model", StringComparison.Ordinal) || l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim();
        return $"onnxruntime {OnnxRuntime.Version}, {RuntimeInformation.ProcessArchitecture}, {processor ?? "unknown processor"}, {Environment.ProcessorCount} cores";
    }
}
