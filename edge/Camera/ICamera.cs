namespace Lynceus.Edge;

/// <summary>
/// A camera that is always on: the last seconds are in its ring, so that a clip can begin before its trigger.
/// Times are timestamps of the hub's <see cref="TimeProvider"/> (monotonic); each frame also carries what the wall clock said.
/// </summary>
internal interface ICamera
{
    string CameraID { get; }

    /// <summary>How it does now: for the doctor, the health and the setup page.</summary>
    CameraCondition Condition { get; }

    /// <summary>Runs it until it is stopped. Whatever happens to the camera is mended in here, with growing pauses; only a stop ends it.</summary>
    Task RunAsync(CancellationToken stop);

    /// <summary>
    /// Takes the frames between two times: first those in the ring, then those to come. Completes when <paramref name="until"/> has passed, or at once when the
    /// camera breaks in between: what there is of the clip is kept, and <see cref="Shot.Broken"/> says why it is short.
    /// </summary>
    /// <param name="from">The earliest frame; the ring may not reach so far.</param>
    /// <param name="until">Asked again whenever it has passed, since pulses move it; it never goes back.</param>
    /// <param name="stop">Ends the shot with what there is, and that is said too.</param>
    Task<Shot> ShootAsync(long from, Func<long> until, CancellationToken stop);

    /// <summary>Small pictures at a low rate (JPEG, at most some 320 pixels wide), for motion and for aiming. The newest only: who is slow misses some.</summary>
    IAsyncEnumerable<CameraFrame> GlanceAsync(double perSecond, CancellationToken stop);
}

/// <summary>One picture of a camera's stream.</summary>
/// <param name="Timestamp">When it arrived, monotonic (<see cref="TimeProvider.GetTimestamp"/>).</param>
/// <param name="Time">What the wall clock said then.</param>
/// <param name="Encoded">A JPEG, or an access unit of H.264 (Annex B).</param>
/// <param name="IsKey">It can be decoded without the ones before it.</param>
/// <param name="IsSettled">False while the camera changes between day and infrared: good enough for a video, not for a still.</param>
internal sealed record CameraFrame(long Timestamp, DateTimeOffset Time, ReadOnlyMemory<byte> Encoded, bool IsKey = true, bool IsSettled = true);

/// <summary>The frames of a clip, in memory, oldest first; those of one camera process only.</summary>
/// <param name="Codec"><c>mjpeg</c> or <c>h264</c>.</param>
/// <param name="Frames">May be empty if the camera gave none.</param>
/// <param name="Broken">Why it is shorter than asked for; null if it is whole.</param>
internal sealed record Shot(string Codec, IReadOnlyList<CameraFrame> Frames, string? Broken);

/// <summary>How a camera does.</summary>
/// <param name="Running">Pictures arrive.</param>
/// <param name="Trouble">Why not, with what to do; null when they do.</param>
/// <param name="Restarts">Since the hub started.</param>
/// <param name="FramesPerSecond">Over the last seconds.</param>
/// <param name="RingBytes">In its ring now.</param>
/// <param name="Infrared">It takes infrared pictures now; null if unknown.</param>
internal sealed record CameraCondition(bool Running, string? Trouble, int Restarts, double FramesPerSecond, long RingBytes, bool? Infrared);
