using System.Device.Gpio;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>Pins without hardware: a test raises them, and the real controller above tells who listens.</summary>
internal sealed class VirtualPins : GpioDriver
{
    private readonly Dictionary<int, PinChangeEventHandler> listeners = [];

    protected override int PinCount => 40;

    /// <summary>A pulse that is over before anybody could read the pin.</summary>
    public void Pulse(int pin)
    {
        var listener = listeners[pin];
        listener(this, new PinValueChangedEventArgs(PinEventTypes.Rising, pin));
        listener(this, new PinValueChangedEventArgs(PinEventTypes.Falling, pin));
    }

    public bool Listens(int pin) => listeners.ContainsKey(pin);

    protected override void OpenPin(int pinNumber)
    {
    }

    protected override void ClosePin(int pinNumber)
    {
    }

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
    }

    protected override PinMode GetPinMode(int pinNumber) => PinMode.Input;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode == PinMode.Input;

    protected override PinValue Read(int pinNumber) => PinValue.Low;

    protected override void Write(int pinNumber, PinValue value) => throw new InvalidOperationException("a sensor's pin is never written");

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => listeners[pinNumber] = callback;

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => listeners.Remove(pinNumber);
}

public sealed class TriggerTests : IDisposable
{
    private readonly string folder = Some.Folder();
    private readonly FakeTimeProvider time = new();
    private readonly VirtualPins pins = new();
    private int suppressed;

    private PirTrigger Pir(GpioController gpio)
    {
        for (byte i = 1; i <= 4; i++) File.WriteAllBytes(Path.Combine(folder, $"{i}.jpg"), Some.Jpeg(shade: i));
        return new PirTrigger(gpio, new PirTriggerOptions { Pin = 17, CameraID = "ridge", ReplayFolder = folder, CoolDownSeconds = 1 },
            new ReplayCamera(folder, Some.Identity(), time), (_, held) => suppressed += held, time);
    }

    [Fact]
    public async Task A_pulse_shorter_than_anyone_could_read_takes_a_burst()
    {
        using var gpio = new GpioController(pins);
        await using var clips = Pir(gpio).ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = clips.MoveNextAsync().AsTask();
        pins.Pulse(17);
        Assert.True(await next);
        Assert.Equal(("ridge", "pir", 3, false), (clips.Current.CameraID, clips.Current.Trigger, clips.Current.Frames.Count, clips.Current.OnOwnersCard));
        Assert.Equal('7', clips.Current.CaptureID.ToString()[14]);
    }

    [Fact]
    public async Task Pulses_within_the_cool_down_are_held_back_and_counted()
    {
        using var gpio = new GpioController(pins);
        await using var clips = Pir(gpio).ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = clips.MoveNextAsync().AsTask();
        pins.Pulse(17);
        pins.Pulse(17);
        pins.Pulse(17);
        Assert.True(await next);
        next = clips.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        pins.Pulse(17);
        Assert.True(await next);
        Assert.Equal(2, suppressed);
    }

    [Fact]
    public async Task When_it_ends_nobody_listens_to_the_pin_any_more()
    {
        using var gpio = new GpioController(pins);
        using var stop = new CancellationTokenSource();
        var clips = Pir(gpio).ClipsAsync(stop.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = clips.MoveNextAsync().AsTask();
        Assert.True(pins.Listens(17));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.False(pins.Listens(17));
    }

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

    public void Dispose()
    {
        pins.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
