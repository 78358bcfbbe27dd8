namespace Lynceus.Vision.Tests;

public class OutputTests
{
    [Fact]
    public void A_cell_of_the_grid_becomes_a_box_around_its_place()
    {
        var input = Some.Input(64, 64);
        const int Labels = 2;
        var output = new float[YoloxGrid.Rows(input) * (5 + Labels)];
        Assert.Equal(64 + 16 + 4, YoloxGrid.Rows(input));
        // The cell (2, 1) of the stride 16 grid, in the middle, two cells wide and one high, second label.
        var row = (64 + (1 * 4) + 2) * 7;
        new[] { 0.5f, 0.5f, MathF.Log(2), 0f, 0.8f, 0.1f, 0.5f }.CopyTo(output, row);
        var found = new Candidates();
        Assert.True(YoloxGrid.Read(output, input, Labels, 0.05f, found));
        var box = Assert.Single(found.Items.ToArray());
        Assert.Equal((24f, 16f, 56f, 32f), (box.Left, box.Top, box.Right, box.Bottom));
        Assert.Equal(0.4f, box.Score, 5);
        Assert.Equal(1, box.Label);
    }

    [Fact]
    public void A_second_look_at_half_the_size_stands_behind_the_first_in_pixels_of_the_whole_input()
    {
        var input = Some.Input(64, 64) with { Strides = [8, 16, 32, 16, 32, 64] };
        var output = new float[YoloxGrid.Rows(input) * 6];
        Assert.Equal(64 + 16 + 4 + 16 + 4 + 1, YoloxGrid.Rows(input));
        // The only cell of the last grid, in its middle, half as wide as the picture and as high.
        new[] { 0.5f, 0.5f, MathF.Log(0.5f), 0f, 0.8f, 0.5f }.CopyTo(output, output.Length - 6);
        var found = new Candidates();
        Assert.True(YoloxGrid.Read(output, input, 1, 0.05f, found));
        var box = Assert.Single(found.Items.ToArray());
        Assert.Equal((16f, 0f, 48f, 64f), (box.Left, box.Top, box.Right, box.Bottom));
    }

    [Fact]
    public void A_row_of_not_a_number_is_no_box_and_is_told()
    {
        var input = Some.Input(64, 64);
        var output = new float[YoloxGrid.Rows(input) * 6];
        Array.Fill(output, float.NaN);
        var found = new Candidates();
        Assert.False(YoloxGrid.Read(output, input, 1, 0.05f, found));
        Assert.True(found.Items.IsEmpty);
    }

    [Fact]
    public void Of_overlapping_boxes_of_one_class_the_best_stays_and_other_classes_are_left_alone()
    {
        var found = new Candidates();
        found.Add(new Candidate(0, 0, 10, 10, 0.5f, 0));
        found.Add(new Candidate(1, 0, 11, 10, 0.9f, 0));
        found.Add(new Candidate(0, 0, 10, 10, 0.4f, 1));
        found.Add(new Candidate(50, 50, 60, 60, 0.3f, 0));
        found.Suppress(0.45f, 100);
        Assert.Equal([(0.9f, 0), (0.4f, 1), (0.3f, 0)], found.Items.ToArray().Select(c => (c.Score, c.Label)));
    }

    [Fact]
    public void A_picture_of_static_costs_no_more_than_the_limit()
    {
        var found = new Candidates();
        for (var i = 0; i < 20_000; i++) found.Add(new Candidate(i, 0, i + 0.5f, 1, 0.5f, 0));
        found.Suppress(0.45f, 300);
        Assert.Equal(300, found.Items.Length);
    }

    [Fact]
    public void A_row_of_JPEGs_is_cut_apart()
    {
        byte[] one = [0xFF, 0xD8, 1, 2, 0xFF, 0x00, 3, 0xFF, 0xD9];
        byte[] two = [0xFF, 0xD8, 4, 0xFF, 0xD9];
        Assert.Equal([one, two], Video.Split([.. one, .. two, 0xFF, 0xD8, 9]));
    }
}
