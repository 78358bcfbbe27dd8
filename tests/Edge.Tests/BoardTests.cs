using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

/// <summary>A drawn tree of the kernel's files, as on a Raspberry Pi with an eMMC.</summary>
public sealed class BoardTests : IDisposable
{
    private readonly string root = Some.Folder();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private void Draw(string path, string text)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void Program(string name, string script)
    {
        Draw($"usr/bin/{name}", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(Path.Combine(root, "usr/bin", name), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Where_nothing_is_there_nothing_is_known_and_nothing_breaks()
    {
        var board = new Board(root);
        Assert.Null(board.CpuCelsius());
        Assert.Null(await board.ThrottledAsync(Stop));
        Assert.Equal(new Modem(null, null), await Modem.ReadAsync(root, Stop));
        Assert.Equal((null, false), new DataCard(root, root).Wear());
    }

    [Fact]
    public void The_temperature_is_of_the_zone_that_says_it_is_the_processors()
    {
        Draw("sys/class/thermal/thermal_zone0/type", "battery\n");
        Draw("sys/class/thermal/thermal_zone0/temp", "21000\n");
        Assert.Equal(21, new Board(root).CpuCelsius());
        Draw("sys/class/thermal/thermal_zone1/type", "cpu-thermal\n");
        Draw("sys/class/thermal/thermal_zone1/temp", "48312\n");
        Assert.Equal(48.312, new Board(root).CpuCelsius());
        Draw("sys/class/thermal/thermal_zone1/temp", "999999999999");
        Assert.Null(new Board(root).CpuCelsius());
    }

    [Theory]
    [InlineData("throttled=0x0", null)]
    [InlineData("throttled=0x50005", "undervoltage now, slowed down now")]
    [InlineData("throttled=0x50000", "undervoltage since the start, slowed down since the start")]
    [InlineData("throttled=0x80008", "close to the heat limit now")]
    [InlineData("error=1", null)]
    [InlineData("throttled=", null)]
    [InlineData("throttled=0xFFFFFFFFFFFF", null)]
    public async Task The_firmwares_word_on_throttling_is_put_into_words(string said, string? words)
    {
        Program("vcgencmd", $"[ \"$1\" = get_throttled ] && echo {said}");
        Assert.Equal(words, await new Board(root).ThrottledAsync(Stop));
    }

    [Fact]
    public async Task Without_vcgencmd_the_kernels_file_tells_and_what_it_forgets_is_remembered()
    {
        var board = new Board(root);
        Draw("sys/devices/platform/soc/soc:firmware/get_throttled", "1\n");
        Assert.Equal("undervoltage now", await board.ThrottledAsync(Stop));
        Draw("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n");
        Assert.Equal("undervoltage since the start", await board.ThrottledAsync(Stop));
    }

    [Theory]
    [InlineData("sleep 60")]
    [InlineData("yes throttled=0x1")]
    [InlineData("exit 1")]
    [InlineData("head -c 4 /dev/urandom")]
    public async Task A_program_that_hangs_floods_or_fails_tells_nothing(string script)
    {
        Program("vcgencmd", script);
        Program("mmcli", script);
        Assert.Null(await new Board(root).ThrottledAsync(Stop));
        Assert.Equal(new Modem(null, null), await Modem.ReadAsync(root, Stop));
    }

    private void DrawDisk(string lifeTime, string preEol)
    {
        Draw("proc/self/mountinfo", $"24 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n30 24 0:25 / /proc rw - proc proc rw\n41 24 0:40 / {root}/ram rw - tmpfs tmpfs rw\nrubbish\n");
        Directory.CreateDirectory(Path.Combine(root, "sys/dev/block"));
        File.CreateSymbolicLink(Path.Combine(root, "sys/dev/block/179:2"), "../../devices/platform/emmc2bus/fe340000.mmc/mmc_host/mmc0/mmc0:0001/block/mmcblk0/mmcblk0p2");
        Draw("sys/block/mmcblk0/device/life_time", lifeTime);
        Draw("sys/block/mmcblk0/device/pre_eol_info", preEol);
    }

    [Theory]
    [InlineData("0x01 0x01\n", "0x01\n", 10, false)]
    [InlineData("0x01 0x09\n", "0x02\n", 90, true)]
    [InlineData("0x0b 0x03\n", "0x03\n", 100, true)]
    [InlineData("0x00 0x00\n", "0x00\n", null, false)]
    [InlineData("nonsense", "0xZZ", null, false)]
    public void The_wear_of_the_card_under_the_data_folder_is_told(string lifeTime, string preEol, int? worn, bool ends)
    {
        DrawDisk(lifeTime, preEol);
        Assert.Equal((worn, ends), new DataCard(root, "/var/lib/lynceus").Wear());
    }

    [Fact]
    public void A_data_folder_in_memory_has_no_card()
    {
        DrawDisk("0x01 0x01\n", "0x01\n");
        Assert.Equal("mmcblk0", new DataCard(root, root).Disk());
        Assert.Null(new DataCard(root, Path.Combine(root, "ram", "data")).Disk());
    }

    [Fact]
    public void The_space_is_that_of_the_data_folders_disk_even_before_the_folder_is_there()
    {
        var (free, all) = new DataCard(root, Path.Combine(root, "not", "yet")).Space();
        Assert.InRange(free, 1, all);
    }

    [Theory]
    [InlineData("""{"modem":{"3gpp":{"operator-name":"Swisscom"},"generic":{"signal-quality":{"recent":"yes","value":"67"}}}}""", 67.0, "Swisscom")]
    [InlineData("""{"modem":{"3gpp":{"operator-name":"--"},"generic":{"signal-quality":{"recent":"no","value":"0"}}}}""", 0.0, null)]
    [InlineData("""{"modem":{"3gpp":[],"generic":{"signal-quality":7}}}""", null, null)]
    [InlineData("""{"modem":{"3gpp":{"operator-name":"a\u0000b"},"generic":{"signal-quality":{"value":"1e9"}}}}""", null, null)]
    [InlineData("""{"modem":{"generic":{"signal-quality":{"value":"-5"}}}}""", null, null)]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]""", null, null)]
    [InlineData("[]", null, null)]
    [InlineData("error: couldn't find modem", null, null)]
    [InlineData("", null, null)]
    public void The_modem_is_believed_only_where_it_makes_sense(string json, double? signal, string? network) => Assert.Equal(new Modem(signal, network), Modem.Parse(json));

    [Fact]
    public async Task A_reading_of_a_whole_board_has_everything_and_no_trouble()
    {
        DrawDisk("0x01 0x02\n", "0x01\n");
        Draw("sys/class/thermal/thermal_zone0/type", "cpu-thermal");
        Draw("sys/class/thermal/thermal_zone0/temp", "50000");
        Program("vcgencmd", "echo throttled=0x0");
        Program("mmcli", """[ "$*" = "-m any -J" ] && echo '{"modem":{"3gpp":{"operator-name":"Sunrise"},"generic":{"signal-quality":{"value":"40"}}}}'""");
        var now = new HubNow { Clock = new ClockNow(ClockQuality.Gps, []), Gps = new GpsNow(null, 0, new Position(46.5, 8), null) };
        var power = new PowerOptions { Monitor = "ina219" };
        using var probe = new HealthProbe(new HubOptions { Name = "hub", Data = root, Latitude = 1, Longitude = 2 }, now, new Sensors(power, (_, _) => WordChip.Ina219(12.4, 30), TimeProvider.System), TimeProvider.System, root);
        var reading = await probe.ReadAsync(Stop);
        Assert.Equal((12.4, 0.3, 50.0, 20), (reading.BatteryVolts, reading.BatteryAmperes, reading.CpuCelsius, reading.CardWorn));
        Assert.Equal((40.0, "Sunrise", ClockQuality.Gps, new Position(46.5, 8)), (reading.ModemSignal, reading.ModemOperator, reading.Clock, reading.Position));
        Assert.DoesNotContain(reading.Troubles, t => !t.Contains("of the card are free", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reading_of_a_bare_machine_has_its_space_and_its_set_position()
    {
        using var probe = new HealthProbe(new HubOptions { Name = "hub", Data = root, Latitude = 46, Longitude = 7 }, new HubNow(),
            new Sensors(new PowerOptions(), HealthProbe.OpenBoardsI2c, TimeProvider.System), TimeProvider.System, root);
        var reading = await probe.ReadAsync(Stop);
        Assert.Equal(new Position(46, 7), reading.Position);
        Assert.True(reading.CardBytes > 0);
        Assert.Contains(reading.Troubles, t => t.StartsWith("Nobody set the clock", StringComparison.Ordinal));
        Assert.DoesNotContain(reading.Troubles, t => t.Contains("I2C", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_wrong_is_said_with_what_to_do()
    {
        var reading = new HealthReading
        {
            Time = DateTimeOffset.UnixEpoch, Clock = ClockQuality.Ntp, Power = PowerMode.Full, CardFreeBytes = 100_000_000, CardBytes = 32_000_000_000, CardWorn = 90,
            Throttled = "undervoltage now", CpuCelsius = 85, AirHumidity = 97,
        };
        string[] wanted = ["0.1 of 32.0 GB", "90 % of its rated life", "supply or its cable", "85 °C", "drying agent"];
        var troubles = Troubles.Of(reading, cardEnds: false).ToList();
        Assert.Equal(wanted.Length, troubles.Count);
        Assert.All(wanted.Zip(troubles), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Empty(Troubles.Of(reading with { CardFreeBytes = 16_000_000_000, CardWorn = 10, Throttled = null, CpuCelsius = 50, AirHumidity = 50 }, cardEnds: false));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
