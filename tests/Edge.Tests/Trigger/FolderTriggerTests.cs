namespace Lynceus.Edge.Tests;

public sealed class FolderTriggerTests : IDisposable
{
    private readonly string folder = Some.Folder();

    [Fact]
    public async Task A_file_that_is_still_being_written_is_not_taken_and_a_finished_one_is_taken_once()
    {
        var (watched, data) = (Directory.CreateDirectory(Path.Combine(folder, "ftp")).FullName, Directory.CreateDirectory(Path.Combine(folder, "data")).FullName);
        FolderTrigger Watch() => new(new FolderTriggerOptions { Path = watched, SettleSeconds = 1, RescanSeconds = 1 }, data, "hub", TimeZoneInfo.Utc, new GateOptions(), TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using (var clips = Watch().ClipsAsync(stop.Token).GetAsyncEnumerator(stop.Token))
        {
            var next = clips.MoveNextAsync().AsTask();
            var picture = Some.Jpeg(new DateTime(2024, 5, 1, 12, 0, 0, DateTimeKind.Unspecified));
            await using (var file = File.Create(Path.Combine(watched, "1.jpg")))
            {
                for (var i = 0; i < 4; i++)
                {
                    await file.WriteAsync(picture.AsMemory(i * picture.Length / 4, ((i + 1) * picture.Length / 4) - (i * picture.Length / 4)), TestContext.Current.CancellationToken);
                    await file.FlushAsync(TestContext.Current.CancellationToken);
                    Assert.False(next.IsCompleted);
                    await Task.Delay(600, TestContext.Current.CancellationToken);
                }
            }
            Assert.True(await next);
            Assert.Equal(("folder", 1, true), (clips.Current.Trigger, clips.Current.Frames.Count, clips.Current.OnOwnersCard));
            Assert.Equal(picture.Length, clips.Current.Frames[0].Bytes);
            clips.Current.OnTaken!();
        }
        // After a restart it remembers.
        await using var again = Watch().ClipsAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var second = again.MoveNextAsync().AsTask();
        await Task.Delay(3000, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        await File.WriteAllBytesAsync(Path.Combine(watched, "2.jpg"), Some.Jpeg(shade: 9), TestContext.Current.CancellationToken);
        Assert.True(await second);
        Assert.Equal("2.jpg", again.Current.Frames.Single().FilePath);
    }

    [Fact]
    public async Task A_clip_that_waits_for_the_gate_is_not_offered_a_second_time_and_one_that_was_not_stored_is()
    {
        var (watched, data) = (Directory.CreateDirectory(Path.Combine(folder, "ftp")).FullName, Directory.CreateDirectory(Path.Combine(folder, "data")).FullName);
        await File.WriteAllBytesAsync(Path.Combine(watched, "1.jpg"), Some.Jpeg(), TestContext.Current.CancellationToken);
        var trigger = new FolderTrigger(new FolderTriggerOptions { Path = watched, SettleSeconds = 1, RescanSeconds = 1 }, data, "hub", TimeZoneInfo.Utc, new GateOptions(), TimeProvider.System);
        await using var clips = trigger.ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await clips.MoveNextAsync());
        var first = clips.Current;
        // The gate is slow: the folder is looked at several times before it comes to this clip.
        var next = clips.MoveNextAsync().AsTask();
        await Task.Delay(4000, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        first.OnLeft!();
        Assert.True(await next);
        Assert.Equal(first.CaptureID, clips.Current.CaptureID);
    }

    [Fact]
    public async Task What_was_taken_while_the_card_took_no_names_is_not_taken_again_and_is_written_with_the_next()
    {
        var (watched, data) = (Directory.CreateDirectory(Path.Combine(folder, "ftp")).FullName, Directory.CreateDirectory(Path.Combine(folder, "data")).FullName);
        var list = Path.Combine(data, "taken.txt");
        await File.WriteAllBytesAsync(Path.Combine(watched, "1.jpg"), Some.Jpeg(), TestContext.Current.CancellationToken);
        var trigger = new FolderTrigger(new FolderTriggerOptions { Path = watched, SettleSeconds = 1, RescanSeconds = 1 }, data, "hub", TimeZoneInfo.Utc, new GateOptions(), TimeProvider.System);
        await using var clips = trigger.ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await clips.MoveNextAsync());
        Directory.CreateDirectory(list);
        clips.Current.OnTaken!();
        Directory.Delete(list);
        await File.WriteAllBytesAsync(Path.Combine(watched, "2.jpg"), Some.Jpeg(shade: 9), TestContext.Current.CancellationToken);
        Assert.True(await clips.MoveNextAsync());
        Assert.EndsWith("2.jpg", clips.Current.Frames[0].FilePath, StringComparison.Ordinal);
        clips.Current.OnTaken!();
        var lines = (await File.ReadAllLinesAsync(list, TestContext.Current.CancellationToken)).Where(l => l.Length > 0).ToList();
        Assert.Equal(["1.jpg", "2.jpg"], lines.Select(l => l.Split(' ')[^1]));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
