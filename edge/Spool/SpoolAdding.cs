using Lynceus.Contracts;

namespace Lynceus.Edge;

internal sealed partial class Spool
{
    /// <summary>A capture that is being written. It is in the spool when <see cref="Commit"/> has returned, and leaves nothing behind if it is never called.</summary>
    internal sealed class Adding(Spool spool, SpooledCapture capture) : IDisposable
    {
        private bool committed;
        private long unlisted;

        public long Seq => capture.Seq;

        /// <summary>Writes and syncs a picture that is offered to the cloud.</summary>
        public TierRecord Write(string mediaID, Tier tier, ReadOnlySpan<byte> content, string fileMediatype)
        {
            DurableFile.WriteSynced(capture.TierPath(mediaID, tier), content);
            return new TierRecord(tier, content.Length, Ids.Sha256(content), fileMediatype);
        }

        /// <summary>Writes and syncs a picture that stays on this card.</summary>
        public void Keep(string mediaID, ReadOnlySpan<byte> content)
        {
            DurableFile.WriteSynced(Path.Combine(capture.Folder, SpooledTier.NumberOf(mediaID) + ".kept.jpg"), content);
            unlisted += SpoolSpace.Whole(content.Length);
        }

        /// <summary>Has a file written that stays on this card. Whoever writes it syncs it; where that fails, nothing of it stays.</summary>
        public async Task KeepAsync(string name, Func<string, Task> write)
        {
            var path = Path.Combine(capture.Folder, name);
            try
            {
                await write(path);
                unlisted += SpoolSpace.Whole(new FileInfo(path).Length);
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
            DurableFile.Write(capture.RecordPath, sidecar);
            DurableFile.SyncFolder(spool.folders.Of(SpoolPlace.Spool));
            committed = true;
            var added = SpooledCapture.Of(spool.folders, capture.Seq, record, spool.time.GetUtcNow().ToUnixTimeMilliseconds());
            (added.RecordBytes, added.UnlistedBytes) = (sidecar.Length, unlisted);
            spool.Enter(added);
        }

        public void Dispose()
        {
            if (committed) return;
            try
            {
                SpoolFolders.Remove(capture.Folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is no capture without its sidecar, and goes when the spool is opened again.
                spool.LogHalfStays(capture.Folder, e.Message);
            }
        }
    }
}
