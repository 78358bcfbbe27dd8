using Lynceus.Scenes;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using SkiaSharp;

namespace Lynceus.Scenes_Tests;

public sealed class ExifTests
{
    private static readonly DateTimeOffset Taken = new(2026, 2, 28, 23, 59, 58, TimeSpan.FromHours(-3.5));

    [Fact]
    public void Everything_that_was_written_is_read_back()
    {
        var directories = ImageMetadataReader.ReadMetadata(new MemoryStream(Exif.AddTo(Jpeg(), Taken, 8, 6)));
        var camera = directories.OfType<ExifIfd0Directory>().Single();
        Assert.Equal("Lynceus", camera.GetString(ExifDirectoryBase.TagMake));
        Assert.Equal("Scenes", camera.GetString(ExifDirectoryBase.TagModel));
        Assert.Equal(1, camera.GetInt32(ExifDirectoryBase.TagOrientation));
        var exposure = directories.OfType<ExifSubIfdDirectory>().Single();
        Assert.Equal("2026:02:28 23:59:58", exposure.GetString(ExifDirectoryBase.TagDateTimeOriginal));
        Assert.Equal("-03:30", exposure.GetString(0x9011));
        Assert.Equal(8, exposure.GetInt32(ExifDirectoryBase.TagExifImageWidth));
        Assert.Equal(6, exposure.GetInt32(ExifDirectoryBase.TagExifImageHeight));
        Assert.All(directories, directory => Assert.Empty(directory.Errors));
    }

    [Fact]
    public void The_picture_itself_is_left_as_it_is()
    {
        using SKBitmap before = SKBitmap.Decode(Jpeg()), after = SKBitmap.Decode(Exif.AddTo(Jpeg(), Taken, 8, 6));
        Assert.Equal(before.Pixels, after.Pixels);
    }

    [Fact]
    public void What_is_not_a_jpeg_is_refused() => Assert.Throws<ArgumentException>(() => Exif.AddTo([1, 2, 3, 4], Taken, 8, 6));

    private static byte[] Jpeg()
    {
        using var bitmap = new SKBitmap(8, 6);
        bitmap.Erase(SKColors.SteelBlue);
        return bitmap.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray();
    }
}
