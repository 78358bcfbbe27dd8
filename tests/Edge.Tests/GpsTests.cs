using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

public class GpsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A sentence with its check sum.</summary>
    private static string Sentence(string body) => $"${body}*{body.Aggregate(0, (sum, c) => sum ^ c):X2}";

    private static GpsFix? Parse(string line) => Nmea.Parse(line, 1990);

    [Fact]
    public void The_published_RMC_and_GGA_are_understood()
    {
        var rmc = Parse("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A");
        Assert.Equal(new DateTimeOffset(1994, 3, 23, 12, 35, 19, TimeSpan.Zero), rmc!.Time);
        Assert.Equal((48.1173, 11.516667), (Math.Round(rmc.Position!.Latitude, 6), Math.Round(rmc.Position.Longitude, 6)));
        var gga = Parse("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47");
        Assert.Equal((null, rmc.Position), (gga!.Time, gga.Position));
    }

    [Theory]
    [InlineData("GN")]
    [InlineData("GL")]
    [InlineData("GA")]
    [InlineData("BD")]
    public void Any_talker_is_heard(string talker) => Assert.NotNull(Parse(Sentence($"{talker}RMC,081836.75,A,3751.65,S,14507.36,W,000.0,360.0,130998,011.3,E")));

    [Fact]
    public void South_and_west_are_negative_and_fractions_of_seconds_count()
    {
        var fix = Parse(Sentence("GPRMC,081836.75,A,3751.65,S,14507.36,W,000.0,360.0,130998,011.3,E"))!;
        Assert.Equal((-37.860833, -145.122667), (Math.Round(fix.Position!.Latitude, 6), Math.Round(fix.Position.Longitude, 6)));
        Assert.Equal(new DateTimeOffset(1998, 9, 13, 8, 18, 36, 750, TimeSpan.Zero), fix.Time);
    }

    [Fact]
    public void A_date_that_is_1024_weeks_behind_is_put_right()
    {
        var late = new DateTime(2027, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        var told = late.AddDays(-1024 * 7);
        Assert.Equal(late, Nmea.Parse(Sentence($"GPRMC,120000,A,4807.038,N,01131.000,E,0,0,{told:ddMMyy},,"), 2026)!.Time!.Value.UtcDateTime);
        Assert.Equal(late, Nmea.Parse(Sentence($"GPRMC,120000,A,4807.038,N,01131.000,E,0,0,{late:ddMMyy},,"), 2026)!.Time!.Value.UtcDateTime);
    }

    [Theory]
    [InlineData("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6B")] // another sum
    [InlineData("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W")] // none
    [InlineData("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6")]
    [InlineData("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*ZZ")]
    [InlineData("GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A")]
    [InlineData("$*00")]
    [InlineData("$,,,,,,,,,,,,,,,,,,,,*00")]
    [InlineData("")]
    [InlineData("$PMTK011,MTKGPS*08")]
    public void What_is_no_sentence_says_nothing(string line) => Assert.Null(Parse(line));

    [Theory]
    [InlineData("GPRMC,123519,V,4807.038,N,01131.000,E,0,0,230394,,")] // no fix
    [InlineData("GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230394,,,E")] // estimated
    [InlineData("GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230394,,,S")] // simulated
    [InlineData("GPRMC,123519,A,9107.038,N,01131.000,E,0,0,310294,,")] // neither a place nor a date
    [InlineData("GPRMC,,A,,,,,,,,,")]
    [InlineData("GPRMC,246060,A,4860.000,N,01131.000,E,0,0,230394,,")]
    [InlineData("GPRMC")]
    [InlineData("GPGGA,123519,4807.038,N,01131.000,E,0,00,,,M,,M,,")] // no fix
    [InlineData("GPGGA,123519,4807.038,N,01131.000,E,6,00,,,M,,M,,")] // estimated
    [InlineData("GPGGA,123519,4807.038,N,18131.000,E,1,00,,,M,,M,,")] // beyond the date line
    [InlineData("GPGGA,123519,48-7.038,N,01131.000,E,1,00,,,M,,M,,")]
    [InlineData("GPGGA,123519,4807.038,X,01131.000,E,1,00,,,M,,M,,")]
    [InlineData("GPGGA,123519,NaN,N,01131.000,E,1,00,,,M,,M,,")]
    [InlineData("GPGSV,3,1,11,03,03,111,00,04,15,270,00,06,01,010,00,13,06,292,00")]
    public void A_sentence_without_a_fix_of_satellites_says_nothing(string body) => Assert.Null(Parse(Sentence(body)));

    [Fact]
    public void Mutilated_sentences_never_break_the_reader()
    {
        var (random, good) = (new Random(11), "GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W");
        for (var i = 0; i < 20_000; i++)
        {
            var body = good.ToCharArray();
            for (var n = random.Next(1, 5); n > 0; n--) body[random.Next(body.Length)] = (char)random.Next(32, 256);
            if (Parse(Sentence(new string(body)[..random.Next(1, body.Length)])) is { Position: { } place }) Assert.True(Math.Abs(place.Latitude) <= 90 && Math.Abs(place.Longitude) <= 180);
        }
    }

    [Theory]
    [InlineData("""{"class":"TPV","device":"/dev/pps0","mode":3,"time":"2026-11-24T10:09:08.500Z","ept":0.005,"lat":46.498293369,"lon":7.567411672,"alt":1343.127}""", true, true)]
    [InlineData("""{"class":"TPV","mode":2,"lat":46.5,"lon":7.5}""", false, true)]
    [InlineData("""{"class":"TPV","mode":3,"time":"2026-11-24T10:09:08.500Z"}""", true, false)]
    [InlineData("""{"class":"TPV","mode":3,"time":"2006-11-24T10:09:08.500Z","lat":91,"lon":7.5}""", false, false)]
    [InlineData("""{"class":"TPV","mode":1,"time":"2026-11-24T10:09:08.500Z"}""", false, false)]
    [InlineData("""{"class":"TPV","mode":0}""", false, false)]
    [InlineData("""{"class":"SKY","mode":3,"x":"\"TPV\"","time":"2026-11-24T10:09:08.500Z"}""", false, false)]
    [InlineData("""{"class":"TPV","mode":"3","time":"2026-11-24T10:09:08.500Z"}""", false, false)]
    [InlineData("""{"class":"TPV","mode":3,"lat":"north"}""", false, false)]
    [InlineData("""{"class":"TPV","mode":3""", false, false)]
    [InlineData("not JSON \"TPV\"", false, false)]
    public void Of_gpsd_only_a_report_with_a_fix_counts(string line, bool time, bool position)
    {
        var fix = Gpsd.Parse(Encoding.UTF8.GetBytes(line), 2026);
        Assert.Equal((time, position), (fix?.Time is not null, fix?.Position is not null));
    }

    [Theory]
    [InlineData("/dev/ttyACM0", "/dev/ttyACM0", "", 0)]
    [InlineData("gpsd", null, "127.0.0.1", 2947)]
    [InlineData("gpsd://10.0.0.7", null, "10.0.0.7", 2947)]
    [InlineData("gpsd://[::1]:3000", null, "::1", 3000)]
    public void Where_a_receiver_is_can_be_said_in_three_ways(string text, string? device, string host, int port)
    {
        Assert.Equal(new GpsAddress(device, host, port), GpsAddress.Parse(text));
        Assert.True(new ClockRules().Validate(null, new ClockOptions { Gps = text }).Succeeded);
    }

    [Theory]
    [InlineData("ttyACM0")]
    [InlineData("gpsd:")]
    [InlineData("gpsd://")]
    [InlineData("gpsd://host/path")]
    [InlineData("http://host")]
    public void Other_ways_are_refused_by_name(string text) => Assert.Contains("Clock:Gps", new ClockRules().Validate(null, new ClockOptions { Gps = text }).FailureMessage, StringComparison.Ordinal);

    [Fact]
    public async Task A_serial_line_is_read_from_the_middle_of_a_sentence_and_past_noise()
    {
        using var line = new MemoryStream(Encoding.Latin1.GetBytes(
            "519,A,4807.038,N*11\r\n" + new string('x', 100_000) + "\r\n\0\0ÿ$GPGSV,1*00\r\n"
            + "noise" + Sentence("GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230394,,") + "\r\n" + new string('$', 5000) + "\n"
            + Sentence("GPGGA,123520,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,") + "\r\n" + Sentence("GPRMC,1235")));
        var fixes = new List<GpsFix>();
        await foreach (var fix in new GpsReceiver(GpsAddress.Parse("/dev/x")!, 9600, 1990).FixesAsync(line, Stop)) fixes.Add(fix);
        Assert.Equal([true, false], fixes.Select(f => f.Time is not null));
    }

    /// <summary>A gpsd that answers a watch with what it is told to.</summary>
    private static async Task<string> AnswerAsync(TcpListener gpsd, string answer)
    {
        using var client = await gpsd.AcceptTcpClientAsync(Stop);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        var asked = await reader.ReadLineAsync(Stop);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), Stop);
        return asked ?? "";
    }

    [Fact]
    public async Task A_gpsd_is_asked_to_watch_and_opened_again_when_it_closes_the_line()
    {
        using var gpsd = new TcpListener(IPAddress.Loopback, 0);
        gpsd.Start();
        var now = new HubNow();
        var receiver = new GpsReceiver(GpsAddress.Parse($"gpsd://127.0.0.1:{((IPEndPoint)gpsd.LocalEndpoint).Port}")!, 9600, 2026);
        using var loop = new GpsLoop(receiver, now, TimeProvider.System, NullLogger<GpsLoop>.Instance);
        await loop.StartAsync(Stop);
        var asked = await AnswerAsync(gpsd, """
            {"class":"VERSION","release":"3.25","proto_major":3,"proto_minor":15}
            {"class":"TPV","mode":1}
            {"class":"TPV","mode":3,"time":"2026-11-24T10:09:08.500Z","lat":46.5,"lon":7.5}

            """);
        Assert.Equal("""?WATCH={"enable":true,"json":true};""", asked);
        await Some.Until(() => now.Gps.Position == new Position(46.5, 7.5));
        await Some.Until(() => now.Gps.Trouble?.Contains("closed the line", StringComparison.Ordinal) == true);
        Assert.Equal(new Position(46.5, 7.5), now.Gps.Position);
        await AnswerAsync(gpsd, """{"class":"TPV","mode":3,"time":"2026-11-24T10:19:08.500Z","lat":46.6,"lon":7.5}""" + "\n");
        await Some.Until(() => now.Gps.Position == new Position(46.6, 7.5));
        await loop.StopAsync(Stop);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_a_trouble_that_says_what_to_do()
    {
        foreach (var where in (string[])["/dev/ttyNoSuchReceiver", "gpsd://127.0.0.1:1"])
        {
            var now = new HubNow();
            using var loop = new GpsLoop(new GpsReceiver(GpsAddress.Parse(where)!, 9600, 2026), now, TimeProvider.System, NullLogger<GpsLoop>.Instance);
            await loop.StartAsync(Stop);
            await Some.Until(() => now.Gps.Trouble is not null);
            Assert.Contains("Check Clock:Gps", now.Gps.Trouble, StringComparison.Ordinal);
            await loop.StopAsync(Stop);
        }
    }

    [Fact]
    public async Task Sentences_are_taken_from_a_pipe_as_they_come()
    {
        await using var hub = new AnonymousPipeServerStream(PipeDirection.In);
        await using var receiver = new AnonymousPipeClientStream(PipeDirection.Out, hub.ClientSafePipeHandle);
        await using var fixes = new GpsReceiver(GpsAddress.Parse("/dev/x")!, 9600, 1990).FixesAsync(hub, Stop).GetAsyncEnumerator(Stop);
        var next = fixes.MoveNextAsync().AsTask();
        var sentence = Encoding.ASCII.GetBytes(Sentence("GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230394,,") + "\r\n");
        await receiver.WriteAsync(sentence.AsMemory(0, 20), Stop);
        await receiver.FlushAsync(Stop);
        Assert.False(next.IsCompleted);
        await receiver.WriteAsync(sentence.AsMemory(20), Stop);
        Assert.True(await next);
        Assert.Equal(1994, fixes.Current.Time!.Value.Year);
    }
}
