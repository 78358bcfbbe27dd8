namespace Lynceus.Torture;

internal static class Wait
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether it came true within so much time.</summary>
    public static async Task<bool> UntilAsync(Func<bool> wanted, TimeSpan patience)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !wanted();)
        {
            if (TimeProvider.System.GetElapsedTime(began) > patience) return false;
            await ForAsync(Pace);
        }
        return true;
    }

    public static Task ForAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}
