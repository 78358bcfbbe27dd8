using System.IO.MemoryMappedFiles;

namespace Lynceus.Torture;

/// <summary>What a bad card and a bad clock do, while it lasts. The numbers are errno's.</summary>
internal readonly record struct Trouble(int WriteErrno = 0, int SyncErrno = 0, int NameErrno = 0, int SlowSyncMs = 0, long ClockSeconds = 0, int FolderSyncErrno = 0)
{
    public const int Eio = 5;
    public const int Enospc = 28;
    public const int Erofs = 30;
}

/// <summary>The layer between a program and its disk (Layer/layer.c), built once, and how it is asked for.</summary>
internal static class Layer
{
    private const int ControlBytes = 32;
    private static string library = "";

    public static async Task BuildAsync(string folder)
    {
        library = Path.Combine(folder, "layer.so");
        await Tool.RunAsync("gcc", "-shared", "-fPIC", "-O2", "-o", library, Path.Combine(AppContext.BaseDirectory, "Layer", "layer.c"), "-ldl", "-lpthread");
    }

    /// <summary>The environment of a program whose <paramref name="folder"/> is watched.</summary>
    public static Dictionary<string, string> Over(string folder) => new() { ["LD_PRELOAD"] = library, ["LYNCEUS_LAYER_ROOT"] = folder };

    public static Dictionary<string, string> Recording(this Dictionary<string, string> environment, string log)
    {
        environment["LYNCEUS_LAYER_LOG"] = log;
        return environment;
    }

    /// <summary>Dies before or after the <paramref name="n"/>-th step that matches.</summary>
    public static Dictionary<string, string> DyingAt(this Dictionary<string, string> environment, string when, int n, string pattern)
    {
        environment["LYNCEUS_LAYER_DIE"] = $"{when}:{n}:{pattern}";
        return environment;
    }

    public static Dictionary<string, string> Troubled(this Dictionary<string, string> environment, string control)
    {
        if (!File.Exists(control)) Set(control, default);
        environment["LYNCEUS_LAYER_CONTROL"] = control;
        return environment;
    }

    /// <summary>Changes what the programs meet that were started with this control file, at once.</summary>
    public static void Set(string control, Trouble trouble)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(control, FileMode.OpenOrCreate, null, ControlBytes);
        using var view = mapped.CreateViewAccessor(0, ControlBytes);
        view.Write(0, trouble.WriteErrno);
        view.Write(4, trouble.SyncErrno);
        view.Write(8, trouble.NameErrno);
        view.Write(12, trouble.SlowSyncMs);
        view.Write(16, trouble.ClockSeconds);
        view.Write(24, trouble.FolderSyncErrno);
    }
}
