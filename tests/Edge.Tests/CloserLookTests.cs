using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public class CloserLookTests
{
    private static readonly Box Here = new(0.4f, 0.4f, 0.1f, 0.1f);
    private static readonly Box Elsewhere = new(0.7f, 0.7f, 0.1f, 0.1f);

    [Fact]
    public void An_animal_in_a_window_counts_for_a_third_where_the_picture_changed()
        => Assert.Equal(0.2f, Assert.Single(CloserLook.Counted([Some.Seen(ObservationType.Animal, 0.6f, Here)], [Here])).Conf, 5);

    [Fact]
    public void Beside_the_change_it_counts_for_nothing() => Assert.Empty(CloserLook.Counted([Some.Seen(ObservationType.Animal, 0.9f, Elsewhere)], [Here]));

    [Fact]
    public void A_person_counts_wherever_it_is() => Assert.Single(CloserLook.Counted([Some.Seen(ObservationType.Human, 0.9f, Elsewhere)], [Here]));
}
