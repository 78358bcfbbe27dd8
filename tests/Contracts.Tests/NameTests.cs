namespace Lynceus.Contracts.Tests;

public class NameTests
{
    private static readonly Guid Capture = Guid.Parse("01980000-0000-7000-8000-000000000001");

    [Fact]
    public void Topics_come_back_as_they_were_made()
    {
        Assert.Equal(new CaptureTopic("valley-1", Capture), Topics.Parse(Topics.Capture("valley-1", Capture)));
        Assert.Equal(new MediaTopic("valley-1", Capture, Ids.Media(Capture, "1"), Tier.Frame, 65536), Topics.Parse(Topics.Media("valley-1", Ids.Media(Capture, "1"), Tier.Frame, 65536)));
        Assert.Equal(new StateTopic("valley-1"), Topics.Parse(Topics.State("valley-1")));
        Assert.Equal(new EffortTopic("valley-1"), Topics.Parse(Topics.Effort("valley-1")));
        Assert.Equal("ct/v1/valley-1/media/01980000-0000-7000-8000-000000000001/1/frame/0", Topics.Media("valley-1", Ids.Media(Capture, "1"), Tier.Frame, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ct/v1")]
    [InlineData("ct/v1/Valley/state")]
    [InlineData("ct/v1/valley-1/state/more")]
    [InlineData("ct/v1/valley-1/capture/1")]
    [InlineData("ct/v1/valley-1/receipt")]
    [InlineData("ct/v2/valley-1/state")]
    [InlineData("ct/v1/valley-1/media/01980000-0000-7000-8000-000000000001/1/frame/-1")]
    [InlineData("ct/v1/valley-1/media/01980000-0000-7000-8000-000000000001/1/frame/99999999999999999999")]
    [InlineData("ct/v1/valley-1/media/01980000-0000-7000-8000-000000000001/../frame/0")]
    [InlineData("ct/v1/valley-1/media/01980000-0000-7000-8000-000000000001/1/raw/0")]
    public void A_topic_that_is_none_of_the_wires_is_not_read(string topic) => Assert.Null(Topics.Parse(topic));

    [Fact]
    public void A_hub_owns_what_is_below_its_name_and_not_what_begins_like_it()
    {
        Assert.True(Topics.BelongsTo("ct/v1/a/state", "a"));
        Assert.False(Topics.BelongsTo("ct/v1/ab/state", "a"));
        Assert.False(Topics.BelongsTo("ct/v1/a", "a"));
    }

    [Theory]
    [InlineData("valley-1", true)]
    [InlineData("", false)]
    [InlineData("Valley", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("abcdefghijabcdefghijabcdefghijabc", false)]
    public void A_hubs_name_is_lower_case_letters_digits_and_hyphens(string name, bool good) => Assert.Equal(good, Ids.IsHub(name));

    [Fact]
    public void The_same_content_of_the_same_camera_always_gives_the_same_capture()
    {
        var hash = Ids.Sha256("picture"u8);
        Assert.Equal(Ids.CaptureFromContent("h", "c", hash), Ids.CaptureFromContent("h", "c", hash));
        Assert.NotEqual(Ids.CaptureFromContent("h", "c", hash), Ids.CaptureFromContent("h", "d", hash));
        Assert.NotEqual(Ids.CaptureFromContent("h", "c", hash), Ids.CaptureFromContent("g", "c", hash));
        Assert.NotEqual(Ids.CaptureFromContent("a", "bc", hash), Ids.CaptureFromContent("ab", "c", hash));
        Assert.Equal('8', Ids.CaptureFromContent("h", "c", hash).ToString()[14]);
        Assert.Equal('7', Ids.NewCapture(TimeProvider.System).ToString()[14]);
    }

    [Fact]
    public void A_mediaID_is_the_captureID_a_slash_and_a_number()
    {
        Assert.True(Ids.TryParseMedia(Ids.Media(Capture, "12ab"), out var owner, out var n));
        Assert.Equal((Capture, "12ab"), (owner, n));
        Assert.False(Ids.TryParseMedia("01980000-0000-7000-8000-000000000001/", out _, out _));
        Assert.False(Ids.TryParseMedia("01980000-0000-7000-8000-00000000000A/1", out _, out _));
        Assert.False(Ids.TryParseMedia(null, out _, out _));
    }
}
