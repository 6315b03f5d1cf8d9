"""Words that a text for candidates should not have, and numbers in words, by language.

The lists are a net, not a judgement: they find what is likely to be wrong, and a reviewer reads
every text as well. Each pattern stands for a whole word or phrase. Words that mean something
harmless in service work are left out on purpose: Indonesian "cacat" is a faulty product,
"gangguan" an outage and "orang asing" a stranger, Spanish "buen humor" is wanted, a heater may be
"viejo", French "il" and "elle" and Spanish "él" and "ella" agree with nouns.
A language that is not here is read by people alone.
"""

from collections.abc import Mapping
from typing import Final

MEDICAL: Final = "a medical or mood word; say what the person does at work"
GENDERED: Final = "a gendered word; say the customer, the caller or they"
PROTECTED: Final = "a protected trait; leave it out, the situation does not need it"

UNFIT_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        MEDICAL: (
            r"depress\w*|anxi\w+|moods?|moody|panic\w*|desperate|hopeless|worthless|suicid\w*"
            r"|neurotic|burn-?out|trauma\w*|therap\w+|medicat\w+|medicines?|doctors?|illness\w*"
            r"|diseases?|sick|disorders?|diagnos\w+|symptoms?|hospitals?|mental\w*"
            r"|feel(?:ing)? blue|dislike myself"
        ),
        GENDERED: (
            r"he|she|him|his|hers?|himself|herself|m[ae]n|wom[ae]n|boys?|girls?|lad(?:y|ies)"
            r"|gentlem[ae]n|sir|madam|mr|mrs|ms|guys?|mothers?|fathers?|mums?|dads?|sisters?"
            r"|brothers?|sons?|daughters?|husbands?|wi(?:fe|ves)|sales(?:wo)?m[ae]n|chairm[ae]n"
        ),
        PROTECTED: (
            r"race|racial|ethnic\w*|nationalit\w+|foreign\w*|immigrants?|refugees?|accents?"
            r"|religi\w+|church\w*|mosques?|synagogues?|christian\w*|muslims?|jew\w*|hindus?"
            r"|buddhis\w+|pray\w*|pregnan\w+|disab\w+|wheelchairs?|blind|deaf|gay|lesbians?"
            r"|transgender|elderly|pensioners?|retired|young|old (?:people|person|age)|married"
            r"|divorced|widow\w*|trade unions?"
        ),
    },
    "fr": {
        MEDICAL: (
            r"d[ée]pr(?:ess|im)\w+|anxi\w+|angoiss\w+|humeurs?|panique\w*|paniqu\w+|d[ée]sesp[ée]r\w+"
            r"|suicid\w*|n[ée]vros\w+|burn-?out|[ée]puisement|traumat\w+|th[ée]rap\w+|m[ée]dica\w+"
            r"|m[ée]decins?|malad\w+|troubles|sympt[ôo]m\w+|h[ôo]pita\w+|menta(?:l|le|ux|les)"
        ),
        GENDERED: (
            r"hommes?|femmes?|monsieur|messieurs|madame|mesdames|mademoiselle|mme|gar[çc]ons?|filles?"
            r"|m[èe]res?|p[èe]res?|s(?:œ|oe)urs?|fr[èe]res?|fils|maris?|[ée]poux|[ée]pouses?"
            r"|\w+\([eè]\w*\)|\w+[·.]e(?:s|\b)"
        ),
        PROTECTED: (
            r"race|racia\w+|ethni\w+|nationalit\w+|[ée]tranger\w*|[ée]trang[èe]res?|immigr\w+"
            r"|r[ée]fugi\w+|accents?|religi\w+|[ée]glises?|mosqu[ée]es?|synagogues?|chr[ée]tien\w*"
            r"|musulman\w*|jui(?:f|fs|ve|ves)|hindou\w*|bouddhis\w+|enceinte|grossesse|handicap\w*"
            r"|fauteuil roulant|aveugles?|sourd\w*|gays?|lesbienne\w*|transgenres?|[âa]g[ée]e?s?"
            r"|retrait[ée]+s?|jeunes?|gens vieux|personnes? vieilles?|mari[ée]+s?"
            r"|divorc[ée]+s?|veu(?:f|fs|ve|ves)|syndica\w+|syndiqu\w+"
        ),
    },
    "es": {
        MEDICAL: (
            r"depres\w+|deprim\w+|ansi(?:edad|os\w+)|angusti\w+|mal humor|estado de [áa]nimo"
            r"|p[áa]nico|desesper\w+|suicid\w*|neur[óo]tic\w+|agotamiento|trauma\w*|terap\w+|medica\w+"
            r"|m[ée]dic\w+|enferm\w+|trastorno\w*|s[íi]ntoma\w*|hospital\w*|mental\w*"
        ),
        GENDERED: (
            r"hombres?|mujer(?:es)?|señor(?:a|es|as|ita|itas)?|sra?|caballeros?|damas?|chic[oa]s?"
            r"|niñ[oa]s?|madres?|padres?|herman[oa]s?|hij[oa]s?|espos[oa]s?|maridos?"
            r"|\w+[oa]/[oa]s?|\w+\([oa]s?\)|\w+@s?"
        ),
        PROTECTED: (
            r"razas?|racial\w*|[ée]tni\w+|nacionalidad\w*|extranjer\w+|inmigra\w+|refugiad\w+|acentos?"
            r"|religi\w+|iglesias?|mezquitas?|sinagogas?|cristian\w+|musulman\w+|musulm[áa]n|jud[íi]\w+"
            r"|hind[úu]\w*|budis\w+|rezar|rezos?|embaraz\w+|discapaci\w+|minusv\w+|silla de ruedas"
            r"|cieg\w+|sord\w+|gays?|lesbian\w+|transg[ée]nero\w*|ancian\w+|jubilad\w+|pensionistas?"
            r"|joven|j[óo]venes|(?:persona|gente)s? (?:mayor|viej)\w*|tercera edad|casad\w+"
            r"|divorciad\w+|viud\w+|sindica\w+"
        ),
    },
    "id": {
        MEDICAL: (
            r"depresi\w*|cemas|kecemasan|mood|suasana hati|panik\w*|kepanikan|putus asa"
            r"|keputusasaan|bunuh diri|neuro\w+|trauma\w*|terapi\w*|obat\w*|pengobatan|dokter\w*"
            r"|penyakit\w*|sakit(?! hati)|gangguan (?:jiwa|mental)|diagnos\w+"
            r"|gejala|rumah sakit|mental\w*|kejiwaan|stres"
        ),
        GENDERED: (
            r"pria|lelaki|laki-laki|wanita|perempuan|bapak|ibu|tuan|nyonya|nona|ayah|suami|istri|isteri"
            r"|cowok|cewek|putr[ai]"
        ),
        PROTECTED: (
            r"ras|rasial|etnis|suku bangsa|kewarganegaraan|kebangsaan|warga asing|imigran"
            r"|pengungsi|logat|aksen|agama|keagamaan|gereja|masjid|mesjid|sinagoge|kristen|katolik"
            r"|muslim|islam|yahudi|hindu|buddha|berdoa|salat|shalat|hamil|kehamilan|disabilitas|difabel"
            r"|penyandang cacat|orang cacat|kursi roda|buta|tuli|tunarungu|tunanetra|gay|lesbian"
            r"|transgender|lansia|lanjut usia|pensiunan|(?:anak|orang) muda|orang tua|janda|duda"
            r"|bercerai|serikat (?:buruh|pekerja)"
        ),
    },
}

_VALUES: Final = (*range(1, 13), 15, 20, 30, 40, 50, 60, 100)
_IN_WORDS: Final[Mapping[str, str]] = {
    "en": (
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty"
        " fifty sixty hundred"
    ),
    "fr": (
        "une? deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante"
        " cinquante soixante cent"
    ),
    "es": (
        "un[ao]? dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta"
        " cuarenta cincuenta sesenta cien"
    ),
    "id": (
        "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas dua_belas lima_belas"
        " dua_puluh tiga_puluh empat_puluh lima_puluh enam_puluh seratus"
    ),
}
NUMBER_WORDS: Final[Mapping[str, Mapping[str, int]]] = {
    language: dict(zip([one.replace("_", " ") for one in words.split()], _VALUES, strict=True))
    for language, words in _IN_WORDS.items()
}
"""Numbers that one language may write in words and another in figures: pattern to value."""
