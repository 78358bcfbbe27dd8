using Microsoft.Data.Sqlite;

namespace Lynceus.Torture;

/// <summary>A capture as the cloud's rows have it.</summary>
internal sealed record CaptureInCloud(Guid CaptureID, string Hub, string CameraID, string Epoch, long Seq, string Verdict);

/// <summary>A tier as the cloud's rows have it; whole if they say that all of it is stored.</summary>
internal sealed record TierInCloud(Guid CaptureID, string MediaID, string Tier, long Bytes, string Sha256, bool Whole);

/// <summary>What a hub's cameras did, over all hours.</summary>
internal sealed record EffortInCloud(string Hub, long Triggers, long Sent, long Kept, long Dropped, long Audited);

/// <summary>A cloud's data folder as it lies there, read without the cloud.</summary>
internal sealed class CloudDisk
{
    public IReadOnlyList<CaptureInCloud> Captures { get; private init; } = [];

    public IReadOnlyList<TierInCloud> Tiers { get; private init; } = [];

    public IReadOnlyList<EffortInCloud> Effort { get; private init; } = [];

    /// <summary>The SHA-256 of every object, by the name that it has; both must be the same.</summary>
    public IReadOnlyDictionary<string, string> Objects { get; private init; } = new Dictionary<string, string>();

    /// <summary>What SQLite says of its file; "ok" if nothing.</summary>
    public string Integrity { get; private init; } = "ok";

    /// <summary>How many captures it has; cheap, and right while the cloud runs.</summary>
    public static int Count(string data)
    {
        if (!File.Exists(Path.Combine(data, "lynceus.db"))) return 0;
        try
        {
            using var db = Open(data, readOnly: true);
            return Read(db, "SELECT COUNT(*) FROM Capture", r => r.GetInt32(0))[0];
        }
        catch (SqliteException)
        {
            // The cloud is just making its tables, or holds the file for itself: the next look tells.
            return 0;
        }
    }

    /// <summary>Reads all of it, objects included. The cloud must not run.</summary>
    public static CloudDisk Read(string data)
    {
        if (!File.Exists(Path.Combine(data, "lynceus.db"))) return new CloudDisk();
        using var db = Open(data, readOnly: false);
        if (Read(db, "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('Capture', 'Media', 'MediaTier', 'Effort')", r => r.GetInt32(0))[0] < 4) return new CloudDisk();
        return new CloudDisk
        {
            Integrity = Read(db, "PRAGMA integrity_check", r => r.GetString(0))[0],
            Captures = Read(db, "SELECT CaptureID, Hub, CameraID, Epoch, Seq, Verdict FROM Capture ORDER BY Id",
                r => new CaptureInCloud(Guid.Parse(r.GetString(0)), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetString(5))),
            Tiers = Read(db, "SELECT c.CaptureID, m.MediaID, t.Tier, t.Bytes, t.Sha256, t.StoredAt IS NOT NULL FROM MediaTier t JOIN Media m ON m.Id = t.MediaRowId JOIN Capture c ON c.Id = m.CaptureRowId",
                r => new TierInCloud(Guid.Parse(r.GetString(0)), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetBoolean(5))),
            Effort = Read(db, "SELECT Hub, SUM(Triggers), SUM(Sent), SUM(Kept), SUM(Dropped), SUM(Audited) FROM Effort GROUP BY Hub",
                r => new EffortInCloud(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5))),
            Objects = ObjectsIn(Path.Combine(data, "objects")),
        };
    }

    private static Dictionary<string, string> ObjectsIn(string folder)
        => !Directory.Exists(folder) ? []
            : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f).Length == 64).ToDictionary(f => Path.GetFileName(f), HubDisk.Sha256);

    private static SqliteConnection Open(string data, bool readOnly)
    {
        var db = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(data, "lynceus.db"), Pooling = false, Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
        }.ConnectionString);
        db.Open();
        return db;
    }

    private static List<T> Read<T>(SqliteConnection db, string sql, Func<SqliteDataReader, T> row)
    {
        using var command = db.CreateCommand();
#pragma warning disable CA2100 // every statement is a literal of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }
}
