namespace Lynceus.Cloud.Tests;

public sealed class GeofenceTests
{
    [Theory]
    [InlineData("CH", "CH")]
    [InlineData("che", "CH")]
    [InlineData(" KEN ", "KE")]
    [InlineData("US-CA", "US-CA")]
    [InlineData("usa-ca", "US-CA")]
    public void A_place_is_read_in_two_letters_three_letters_or_with_its_part(string text, string place)
    {
        Assert.True(Place.TryParse(text, out var read));
        Assert.Equal(place, read.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ZZ")]
    [InlineData("Switzerland")]
    [InlineData("US-")]
    [InlineData("US-CALI")]
    [InlineData("US-CA-1")]
    [InlineData("US-é")]
    [InlineData("-")]
    public void What_is_no_place_is_not_read(string? text) => Assert.False(Place.TryParse(text, out _));

    [Theory]
    [InlineData("Vulpes vulpes", "CH")]
    [InlineData("Lynx lynx", "CHE")]
    [InlineData("Capreolus capreolus", "FR-39")]
    [InlineData("Puma concolor", "US-CA")]
    [InlineData("Procyon lotor", "DE")]
    [InlineData("Loxodonta africana", "KEN")]
    [InlineData("Macropodidae", "US-HI")]
    [InlineData("Macropodidae", "US")]
    [InlineData("Odocoileus virginianus", "FI")]
    public void What_occurs_there_may_be_met(string taxon, string place) => Assert.True(Geofence.MayOccur(Taxon(taxon), At(place)));

    [Theory]
    [InlineData("Puma concolor", "CH")]
    [InlineData("Loxodonta africana", "US")]
    [InlineData("Lynx lynx", "GB")]
    [InlineData("Lynx rufus", "US-HI")]
    [InlineData("Lynx rufus", "US-AK")]
    [InlineData("Vulpes vulpes", "IS")]
    [InlineData("Tragulus", "FR")]
    [InlineData("Macropodidae", "US-CO")]
    [InlineData("Didelphis virginiana", "ES")]
    public void What_is_absent_there_is_excluded(string taxon, string place) => Assert.False(Geofence.MayOccur(Taxon(taxon), At(place)));

    [Fact]
    public void Without_a_place_everything_may_occur() => Assert.All(Taxonomy.Known.Taxa, t => Assert.True(Geofence.MayOccur(t, place: null)));

    [Fact]
    public void What_nobody_wrote_a_range_for_is_never_excluded()
    {
        Assert.True(Geofence.MayOccur(Taxon("Felis catus"), At("AQ")));
        Assert.True(Geofence.MayOccur(SpeciesLabel.Parse("0;mammalia;carnivora;canidae;cerdocyon;thous;x", Taxonomy.Known).Taxon!, At("CH")));
    }

    [Fact]
    public void A_species_is_where_its_family_is()
        => Assert.False(Geofence.MayOccur(SpeciesLabel.Parse("0;mammalia;diprotodontia;macropodidae;macropus;giganteus;eastern grey kangaroo", Taxonomy.Known).Taxon!, At("CH")));

    private static Taxon Taxon(string name) => Taxonomy.Known.TryFind(name, out var taxon) ? taxon : throw new ArgumentException(name);

    private static Place At(string text) => Place.TryParse(text, out var place) ? place : throw new ArgumentException(text);
}
