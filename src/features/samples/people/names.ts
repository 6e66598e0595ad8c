/** A name as its owner writes it, and how it stands in an address. */
type Written = readonly [shown: string, latin: string]

interface Language {
  locale: string
  /** Where the family's name stands first. */
  familyFirst?: true
  given: readonly [Written, ...Written[]]
  family: readonly [Written, ...Written[]]
}

/** Written in letters of an address already. */
const plain = (names: string): [Written, ...Written[]] => {
  const [first = '', ...rest] = names.split(' ')
  const written = (name: string): Written => [name, name.toLowerCase()]
  return [written(first), ...rest.map(written)]
}

export const languages: readonly [Language, ...Language[]] = [
  {
    locale: 'en',
    given: plain('Amelia Oliver Grace Henry Ruby Arthur Nora Samuel Hannah Daniel Chloe Marcus'),
    family: plain('Walker Bennett Hughes Carter Foster Reid Morgan Ellis Barnes Whitaker Quinn Palmer'),
  },
  {
    locale: 'de',
    given: [
      ...plain('Lena Jonas Frieda Moritz Greta Emil Clara Anton'),
      ['Jörg', 'joerg'],
      ['Käthe', 'kaethe'],
    ],
    family: [
      ...plain('Schneider Vogel Brandt Lehmann Richter Kaiser Sommer'),
      ['Müller', 'mueller'],
      ['Schäfer', 'schaefer'],
      ['Großmann', 'grossmann'],
    ],
  },
  {
    locale: 'fr',
    given: [...plain('Louise Hugo Camille Gabriel Manon Lucas'), ['Zoé', 'zoe'], ['Jérôme', 'jerome']],
    family: [...plain('Moreau Lefebvre Garnier Rousseau Fontaine'), ['Léger', 'leger'], ['Bérard', 'berard']],
  },
  {
    locale: 'es',
    given: [...plain('Carmen Diego Elena Pablo Marta'), ['Sofía', 'sofia'], ['Andrés', 'andres']],
    family: [
      ...plain('Romero Navarro Ortega Molina'),
      ['García', 'garcia'],
      ['Núñez', 'nunez'],
      ['Peña', 'pena'],
    ],
  },
  {
    locale: 'pl',
    given: [...plain('Zofia Jakub Maja Piotr'), ['Łukasz', 'lukasz'], ['Małgorzata', 'malgorzata']],
    family: [
      ...plain('Nowak Kowalczyk Mazur Pawlak'),
      ['Wiśniewski', 'wisniewski'],
      ['Dąbrowska', 'dabrowska'],
    ],
  },
  {
    locale: 'tr',
    given: [...plain('Elif Emre Zeynep Mert'), ['Ayşe', 'ayse'], ['Çağla', 'cagla']],
    family: [...plain('Demir Kaya Arslan'), ['Yılmaz', 'yilmaz'], ['Öztürk', 'ozturk'], ['Şahin', 'sahin']],
  },
  {
    locale: 'el',
    given: [
      ['Ελένη', 'eleni'],
      ['Νίκος', 'nikos'],
      ['Σοφία', 'sofia'],
      ['Γιώργος', 'giorgos'],
    ],
    family: [
      ['Παπαδόπουλος', 'papadopoulos'],
      ['Νικολάου', 'nikolaou'],
      ['Γεωργίου', 'georgiou'],
    ],
  },
  {
    locale: 'uk',
    given: [
      ['Олена', 'olena'],
      ['Тарас', 'taras'],
      ['Ірина', 'iryna'],
      ['Андрій', 'andrii'],
    ],
    family: [
      ['Шевченко', 'shevchenko'],
      ['Бондаренко', 'bondarenko'],
      ['Коваленко', 'kovalenko'],
    ],
  },
  {
    locale: 'ja',
    familyFirst: true,
    given: [
      ['さくら', 'sakura'],
      ['健太', 'kenta'],
      ['美咲', 'misaki'],
      ['大輔', 'daisuke'],
    ],
    family: [
      ['佐藤', 'sato'],
      ['鈴木', 'suzuki'],
      ['高橋', 'takahashi'],
      ['山本', 'yamamoto'],
    ],
  },
  {
    locale: 'ar',
    given: [
      ['ليلى', 'layla'],
      ['يوسف', 'yusuf'],
      ['مريم', 'maryam'],
      ['عمر', 'omar'],
    ],
    family: [
      ['حداد', 'haddad'],
      ['منصور', 'mansour'],
      ['خوري', 'khoury'],
    ],
  },
  {
    locale: 'hi',
    given: [
      ['अनन्या', 'ananya'],
      ['रोहन', 'rohan'],
      ['प्रिया', 'priya'],
      ['अर्जुन', 'arjun'],
    ],
    family: [
      ['शर्मा', 'sharma'],
      ['गुप्ता', 'gupta'],
      ['पटेल', 'patel'],
    ],
  },
]
