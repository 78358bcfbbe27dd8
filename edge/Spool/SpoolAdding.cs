using Lynceus.Contracts;

namespace Lynceus.Edge;

internal sealed partial class Spool
{
    /// <summary>A capture that is being written. It is in the spool when <see cref="Commit"/> has returned, and leaves nothing behind if it is never called.</summary>
    internal sealed class Adding(Spool spool, SpooledCapture capture, long reserved) : IDisposable
    {
        private bool committed;
        private long reserved = reserved;
        private long unwritten = reserved - SpoolSpace.Block;
        private readonly List<(string Name, long Bytes)> kept = [];

        public long Seq => capture.Seq;

        /// <summary>Writes and syncs a picture that is offered to the cloud.</summary>
        public TierRecord Write(string mediaID, Tier tier, ReadOnlySpan<byte> content, string fileMediatype)
        {
            Room(content.Length);
            DurableFile.WriteSynced(capture.TierPath(mediaID, tier), content);
            return new TierRecord(tier, content.Length, Ids.Sha256(content), fileMediatype);
        }

        /// <summary>Writes and syncs a picture that stays on this card.</summary>
        public void Keep(string mediaID, ReadOnlySpan<byte> content)
        {
            Room(content.Length);
            var name = SpooledTier.NumberOf(mediaID) + ".kept.jpg";
            DurableFile.WriteSynced(Path.Combine(capture.Folder, name), content);
            kept.Add((name, content.Length));
        }

        /// <summary>Has a file written that stays on this card. Whoever writes it syncs it; where that fails, nothing of it stays.</summary>
        /// <param name="name">Of the file.</param>
        /// <param name="write">Gets the file's path.</param>
        /// <param name="expectedBytes">So much room is taken for it before it is written.</param>
        public async Task KeepAsync(string name, Func<string, Task> write, long expectedBytes = 0)
        {
            var path = Path.Combine(capture.Folder, name);
            try
            {
                Room(expectedBytes);
                await write(path);
                var bytes = new FileInfo(path).Length;
                if (bytes > expectedBytes) Room(SpoolSpace.Whole(bytes) - SpoolSpace.Whole(expectedBytes));
                kept.Add((name, bytes));
            }
            catch
            {
                File.Delete(path);
                throw;
            }
        }

        /// <summary>Renames the sidecar into place and syncs: from here on the capture is promised.</summary>
        public void Commit(CaptureRecord record)
        {
            var sidecar = Wire.Write(record);
            Room(sidecar.Length);
            DurableFile.Write(capture.RecordPath, sidecar);
            DurableFile.SyncFolder(spool.folders.Of(SpoolPlace.Spool));
            committed = true;
            var added = SpooledCapture.Of(spool.folders, capture.Seq, record, spool.time.GetUtcNow().ToUnixTimeMilliseconds());
            var listed = added.Tiers.Select(t => TierName(t.N, t.Tier)).ToHashSet();
            (added.RecordBytes, added.UnlistedBytes) = (sidecar.Length, kept.Where(k => !listed.Contains(k.Name)).Sum(k => SpoolSpace.Whole(k.Bytes)));
            spool.Release(reserved, unwritten);
            spool.Enter(added);
        }

        public void Dispose()
        {
            if (committed) return;
            spool.Release(reserved, unwritten);
            try
            {
                spool.folders.Remove(capture.Folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is no capture without its sidecar, and goes when the spool is opened again.
                spool.LogHalfStays(capture.Folder, e.Message);
            }
        }

        /// <summary>Takes room for a file before it is written.</summary>
        private void Room(long bytes)
        {
            var (whole, more) = (SpoolSpace.Whole(bytes), SpoolSpace.Whole(bytes) - unwritten);
            if (more > 0)
            {
                spool.Reserve(more);
                reserved += more;
                unwritten += more;
            }
            unwritten -= whole;
            spool.Release(0, whole);
        }
    }
}
