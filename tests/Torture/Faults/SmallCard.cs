namespace Lynceus.Torture;

/// <summary>
/// A real ext4 of 64 MB in a mount namespace of its own: the kernel itself says that it is full or read-only, and nothing of it is left when the last process in it has ended. Needs root.
/// </summary>
internal sealed class SmallCard : IAsyncDisposable
{
    private const string Size = "64M";
    private readonly string mounted;
    private readonly Life holder;

    private SmallCard(string mounted, Life holder) => (this.mounted, this.holder) = (mounted, holder);

    /// <summary>Why there can be none here; null if there can.</summary>
    public static string? Missing
        => Environment.UserName != "root" ? "a file system of its own needs root: sudo ./deploy.sh torture"
            : !Tool.IsHere("mkfs.ext4") || !Tool.IsHere("unshare") || !Tool.IsHere("nsenter") ? "mkfs.ext4, unshare and nsenter are needed: apt-get install e2fsprogs util-linux"
            : !File.Exists("/dev/loop-control") ? "this kernel gives no loop devices"
            : null;

    /// <summary>The data folder, as who runs in the namespace knows it.</summary>
    public string Inside => Path.Combine(mounted, "hub");

    /// <summary>The same folder from without.</summary>
    public string Seen => $"/proc/{holder.Id}/root{Inside}";

    public static async Task<SmallCard> MakeAsync(string folder)
    {
        var (image, mounted) = (Path.Combine(folder, "card.ext4"), Directory.CreateDirectory(Path.Combine(folder, "card")).FullName);
        await Tool.RunAsync("truncate", "-s", Size, image);
        await Tool.RunAsync("mkfs.ext4", "-q", "-m", "0", image);
        var holder = Life.Begin(Path.Combine(folder, "card.log"), ["unshare", "--mount", "--propagation", "private", "sh", "-c", "mount -o loop \"$0\" \"$1\" && mkdir \"$1/hub\" && echo ready card && exec sleep infinity", image, mounted]);
        var card = new SmallCard(mounted, holder);
        try
        {
            await holder.Ready;
            return card;
        }
        catch (OperationCanceledException)
        {
            await card.DisposeAsync();
            throw new ToolFailedException($"a card could not be mounted; see {Path.Combine(folder, "card.log")}");
        }
    }

    /// <summary>A command as it is run where the card is.</summary>
    public string[] With(params string[] command) => ["nsenter", "--target", $"{holder.Id}", "--mount", "--", .. command];

    /// <summary>Somebody else fills it, but for so many bytes; 0 for the last one too.</summary>
    public Task FillAsync(long leave) => leave > 0
        ? InAsync("sh", "-c", "free=$(df --output=avail -B1 \"$0\" | tail -n 1) && fallocate -l $((free - $1)) \"$0/others\"", mounted, $"{leave}")
        : InAsync("sh", "-c", "dd if=/dev/zero of=\"$0/rest\" bs=4k 2>/dev/null; sync; true", mounted);

    /// <summary>And takes it away again.</summary>
    public Task EmptyAsync() => InAsync("rm", "-f", Path.Combine(mounted, "others"), Path.Combine(mounted, "rest"));

    /// <summary>
    /// From now on it is read-only, by the kernel's word: <c>mount -o remount,ro</c>, and where that will not have it because files are open for writing, as those of a hub that runs are,
    /// a read-only mount over the first. What is open stays open there, which the layer's trouble of this name does not spare.
    /// </summary>
    /// <returns>How it was done.</returns>
    public async Task<string> ReadOnlyAsync()
        => (await InAsync("sh", "-c", "mount -o remount,ro \"$0\" 2>/dev/null && echo remounted || { mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && echo covered; }", mounted)).Trim();

    public Task WritableAsync(string how) => how == "covered" ? InAsync("umount", "-l", mounted) : InAsync("mount", "-o", "remount,rw", mounted);

    private Task<string> InAsync(params string[] command)
    {
        var all = With(command);
        return Tool.RunAsync(all[0], all[1..]);
    }

    public ValueTask DisposeAsync() => holder.DisposeAsync();
}
