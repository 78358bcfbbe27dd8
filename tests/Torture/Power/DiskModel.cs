namespace Lynceus.Torture;

/// <summary>What of a disk is there after a power cut.</summary>
internal enum AfterCut
{
    /// <summary>Only what was synced: bytes by the file's fsync, names by the folder's. A file that has a name and was never synced is empty.</summary>
    OnlySynced,

    /// <summary>All names, as a journal keeps them, and of the bytes only what was synced.</summary>
    NamesOnly,

    /// <summary>All names; of bytes that were not synced each block of 4096 is there or not, by chance: torn files.</summary>
    Torn,

    /// <summary>All that was done, synced or not: as after a kill. What the disk really holds; a check of this model.</summary>
    All,
}

/// <summary>
/// A disk with a cache: what programs did to it, and what of that was synced. Folders and files are known by their place in the tree, so a file keeps its bytes when it is renamed.
/// Direction of error: a sync of a file does not sync its name, which most file systems do; and nothing ever comes to the disk by itself.
/// </summary>
internal sealed class DiskModel(string root)
{
    private const int Block = 4096;
    private readonly Node top = new(isFolder: true) { SyncedNames = [] };

    /// <summary>Does one step. What lies elsewhere than below the root is left alone.</summary>
    public void Do(Step step)
    {
        if (Relative(step.Path) is not { } path) return;
        switch (step.Act)
        {
            case Act.Sync: Find(path)?.Sync(); break;
            case Act.Create: Put(path, new Node(isFolder: false)); break;
            case Act.Mkdir: Put(path, new Node(isFolder: true)); break;
            case Act.Write: Find(path)?.Write(step.Offset, step.Bytes); break;
            case Act.Truncate: Find(path)?.Truncate(step.Offset); break;
            case Act.Link when Relative(step.Other!) is { } other: Put(other, Find(path)); break;
            case Act.Rename when Relative(step.Other!) is { } other:
                Put(other, Find(path));
                Parent(path, out var old)?.Names.Remove(old);
                break;
            case Act.Unlink or Act.Rmdir: Parent(path, out var gone)?.Names.Remove(gone); break;
        }
    }

    /// <summary>Writes the disk as it would be found into a folder.</summary>
    /// <param name="folder">It is made.</param>
    /// <param name="after">What is there.</param>
    /// <param name="random">For what is there by chance.</param>
    /// <param name="without">A folder at the top that is left out: large, and not asked for.</param>
    public void Build(string folder, AfterCut after, Random random, string? without = null)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, child) in top.NamesAfter(after).Where(n => n.Key != without)) Build(child, Path.Combine(folder, name), after, random);
    }

    private static void Build(Node node, string path, AfterCut after, Random random)
    {
        if (!node.IsFolder)
        {
            File.WriteAllBytes(path, node.Bytes(after, random));
            return;
        }
        Directory.CreateDirectory(path);
        foreach (var (name, child) in node.NamesAfter(after)) Build(child, Path.Combine(path, name), after, random);
    }

    private string? Relative(string path) => path == root ? "" : path.StartsWith(root + "/", StringComparison.Ordinal) ? path[(root.Length + 1)..] : null;

    private Node? Find(string path)
    {
        var node = top;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!node.Names.TryGetValue(name, out var next)) return null;
            node = next;
        }
        return node;
    }

    private Node? Parent(string path, out string name)
    {
        var cut = path.LastIndexOf('/');
        name = path[(cut + 1)..];
        return Find(cut < 0 ? "" : path[..cut]);
    }

    private void Put(string path, Node? node)
    {
        if (node is not null && Parent(path, out var name) is { } parent) parent.Names[name] = node;
    }

    private sealed class Node(bool isFolder)
    {
        private byte[] now = [];
        private byte[]? synced;

        public bool IsFolder => isFolder;

        public Dictionary<string, Node> Names { get; } = [];

        /// <summary>Null if the folder was never synced.</summary>
        public Dictionary<string, Node>? SyncedNames { get; set; }

        public Dictionary<string, Node> NamesAfter(AfterCut after) => after == AfterCut.OnlySynced ? SyncedNames ?? [] : Names;

        public void Sync()
        {
            if (isFolder) SyncedNames = new Dictionary<string, Node>(Names);
            else synced = [.. now];
        }

        public void Write(long offset, byte[] bytes)
        {
            if (offset + bytes.Length > now.Length) Array.Resize(ref now, (int)offset + bytes.Length);
            bytes.CopyTo(now, offset);
        }

        public void Truncate(long length) => Array.Resize(ref now, (int)length);

        public byte[] Bytes(AfterCut after, Random random)
        {
            if (after == AfterCut.All) return now;
            var there = synced ?? [];
            if (after != AfterCut.Torn || there.AsSpan().SequenceEqual(now)) return there;
            var torn = new byte[random.Next(2) == 0 ? there.Length : now.Length];
            for (var at = 0; at < torn.Length; at += Block)
            {
                var from = random.Next(2) == 0 ? there : now;
                if (at < from.Length) from.AsSpan(at, Math.Min(Math.Min(Block, from.Length - at), torn.Length - at)).CopyTo(torn.AsSpan(at));
            }
            return torn;
        }
    }
}
