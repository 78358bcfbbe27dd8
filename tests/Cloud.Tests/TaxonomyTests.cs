using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

public sealed class TaxonomyTests
{
    private const string Header = "class,order,family,genus,species,en,fr,occurs";
    private static Taxonomy Known => Taxonomy.Known;

    [Fact]
    public void Every_taxon_of_the_table_has_names_in_both_languages_and_a_range_that_can_be_read()
    {
        Assert.True(Known.Taxa.Count(t => t.Rank == TaxonRank.Species) >= 150, "fewer species than were written down");
        Assert.All(Known.Taxa.Where(t => t.Rank == TaxonRank.Species || t.Occurs.Length > 0), t => Assert.True(t is { English.Length: > 0, French.Length: > 0 }, t.ScientificName));
        Assert.All(Known.Taxa.SelectMany(t => t.Occurs.Split(' ', StringSplitOptions.RemoveEmptyEntries), (t, word) => (t, word)), range =>
        {
            var word = range.word.TrimStart('-');
            Assert.True(Place.Groups.Contains(word) || (Place.TryParse(word, out var place) && place.ToString() == word), $"{range.t}: {range.word}");
        });
    }

    [Fact]
    public void Every_taxon_has_its_own_id_and_a_wider_one_above_it_up_to_its_class()
    {
        Assert.Equal(Known.Taxa.Count, Known.Taxa.Select(t => t.TaxonID).Distinct().Count());
        Assert.All(Known.Taxa, t => Assert.True(t.Parent is null ? t.Rank == TaxonRank.Class : t.Parent.Rank < t.Rank, t.ScientificName));
        Assert.All(Known.Taxa, t => Assert.Equal(TaxonRank.Class, t.Lineage().Last().Rank));
    }

    [Theory]
    [InlineData("Lynx lynx", "Eurasian lynx", "lynx boréal")]
    [InlineData("Capreolus capreolus", "roe deer", "chevreuil")]
    [InlineData("Rupicapra rupicapra", "Alpine chamois", "chamois")]
    [InlineData("Meles meles", "European badger", "blaireau européen")]
    [InlineData("Sus scrofa", "wild boar", "sanglier")]
    [InlineData("Cervidae", "deer", "cervidé")]
    public void Knows_the_animals_of_the_Jura_in_English_and_French(string name, string english, string french)
    {
        Assert.True(Known.TryFind(name, out var taxon));
        Assert.Equal((english, french), (taxon.English, taxon.French));
    }

    [Fact]
    public void A_species_belongs_to_its_genus_family_order_and_class()
    {
        Assert.True(Known.TryFind("vulpes vulpes", out var fox));
        Assert.Equal(["Vulpes vulpes", "Vulpes", "Canidae", "Carnivora", "Mammalia"], fox.Lineage().Select(t => t.ScientificName));
        Assert.Equal("vulpes-vulpes", fox.TaxonID);
    }

    [Theory]
    [InlineData("Mammalia,Carnivora,Canidae,Vulpes,vulpes,red fox,renard roux", "has 7 columns")]
    [InlineData(",,,,,nothing,rien,", "names no taxon")]
    [InlineData("Mammalia,,,,vulpes,fox,renard,\nMammalia,,,,,mammal,mammifère,", "a second time")]
    [InlineData("Mammalia,Carnivora,,,,carnivore,carnivore,\nMammalia,,,,,mammal,mammifère,", "must stand before")]
    [InlineData("Mammalia,Carnivora,Canidae,,,dog,chien,\nAves,Carnivora,Felidae,,,cat,chat,", "stands below")]
    public void A_table_that_breaks_a_rule_is_refused_with_its_line(string lines, string reason)
        => Assert.Contains(reason, Assert.Throws<FormatException>(() => Taxonomy.Read([Header, .. lines.Split('\n')])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("f1d6b9ad-ffb7-44f7-a00f-9b5b4b0b5c3f;mammalia;carnivora;canidae;vulpes;vulpes;red fox", "Vulpes vulpes")]
    [InlineData("f1d6b9ad-ffb7-44f7-a00f-9b5b4b0b5c3f;mammalia;cetartiodactyla;cervidae;odocoileus;hemionus;mule deer", "Odocoileus hemionus")]
    [InlineData("f1d6b9ad-ffb7-44f7-a00f-9b5b4b0b5c3f;mammalia;carnivora;canidae;;;canis family", "Canidae")]
    [InlineData("f1d6b9ad-ffb7-44f7-a00f-9b5b4b0b5c3f;aves;;;;;bird", "Aves")]
    [InlineData("Vulpes vulpes", "Vulpes vulpes")]
    public void A_label_of_SpeciesNet_becomes_its_taxon(string label, string name)
    {
        var read = SpeciesLabel.Parse(label, Known);
        Assert.Equal((ObservationType.Animal, name), (read.ObservationType, read.Taxon?.ScientificName));
    }

    [Fact]
    public void A_species_that_the_table_does_not_have_stands_below_what_it_has_of_it()
    {
        var read = SpeciesLabel.Parse("0000;mammalia;carnivora;canidae;cerdocyon;thous;crab-eating fox", Known);
        Assert.Equal(["Cerdocyon thous", "Cerdocyon", "Canidae", "Carnivora", "Mammalia"], read.Taxon!.Lineage().Select(t => t.ScientificName));
        Assert.Equal((null, "canid"), (read.Taxon.English, read.Taxon.Parent!.Parent!.English));
    }

    [Theory]
    [InlineData("f1856211-cfb7-4a5b-9158-c0f72fd09ee6;;;;;;blank", ObservationType.Blank)]
    [InlineData("990ae9dd-7a59-4344-afcb-1b7b21368000;mammalia;primates;hominidae;homo;sapiens;human", ObservationType.Human)]
    [InlineData("e2895ed5-780b-48f6-8a11-9e27cb594511;;;;;;vehicle", ObservationType.Vehicle)]
    [InlineData("1f689929-883d-4dae-958c-3d57ab5b6c16;;;;;;animal", ObservationType.Animal)]
    [InlineData("blank", ObservationType.Blank)]
    public void A_label_that_is_no_animal_is_read_as_what_it_is(string label, ObservationType type)
        => Assert.Equal(new SpeciesLabel(type), SpeciesLabel.Parse(label, Known));

    [Theory]
    [InlineData("")]
    [InlineData(";;;;;;")]
    [InlineData("0000;mammalia;carnivora;canidae;vulpes;vulpes")]
    [InlineData("0000;mammalia;carnivora;canidae;vulpes;vulpes;red fox;and more")]
    [InlineData("f2efdae9-efb8-48fb-8a91-eccf79ab4ffb;no cv result;no cv result;no cv result;no cv result;no cv result;no cv result")]
    [InlineData("0000;<script>;carnivora;canidae;vulpes;vulpes;red fox")]
    [InlineData("0000;mammalia;carnivora;canidae;vulpes;a b c d;red fox")]
    [InlineData("0000;mam\0malia;;;;;x")]
    public void A_label_that_cannot_be_read_names_nothing(string label) => Assert.Equal(ObservationType.Unknown, SpeciesLabel.Parse(label, Known).ObservationType);

    [Fact]
    public void A_label_longer_than_any_name_is_not_even_split()
        => Assert.Equal(ObservationType.Unknown, SpeciesLabel.Parse("0000;mammalia;;;;;" + new string('a', 1_000_000), Known).ObservationType);
}
