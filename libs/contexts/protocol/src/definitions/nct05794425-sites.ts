/** A site as the registry names it, under the number that this trial gives it. */
export interface BuiltInSite {
  readonly site: string;
  readonly name: string;
  readonly city: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  readonly zone: string;
}

const inChina = (site: string, name: string, city: string): BuiltInSite => ({
  site,
  name,
  city,
  country: 'CHN',
  zone: 'Asia/Shanghai',
});

/** The eight locations of the registry entry, numbered in its order. */
export const nct05794425Sites: readonly BuiltInSite[] = [
  inChina('01', 'Affiliated Hospital of Shandong University of Traditional Chinese Medicine', 'Jinan'),
  inChina('02', 'Shandong Provincial Third Hospital', 'Jinan'),
  inChina('03', "Jining First People's Hospital", 'Jining'),
  inChina('04', "Linyi People's Hospital", 'Linyi'),
  inChina('05', "Rizhao People's Hospital", 'Rizhao'),
  inChina('06', "Tai'an Central Hospital", "Tai'an"),
  inChina('07', 'Weihai Municipal Hospital', 'Weihai'),
  inChina('08', 'Yantai Ludong Hospital (Shandong Provincial Hospital Group)', 'Yantai'),
];

/** The collaborating institutions, any of which may be opened as a site. With the lead sponsor they are 34. */
export const nct05794425Collaborators: readonly string[] = [
  'Air Force Hospital of Western War Zone',
  "Binzhou People's Hospital",
  "Children's Hospital Affiliated to Shandong University",
  "Dezhou People's Hospital",
  'Gansu Provincial Hospital of Traditional Chinese Medicine',
  'Gansu Wuwei Tumour Hospital',
  "Jiangxi Province Children's Hospital",
  'Kaifeng Central Hospital',
  "Lanling People's Hospital",
  'Linyi Central Hospital',
  "Linyi People's Hospital",
  "Rizhao People's Hospital",
  'Second Affiliated Hospital of Zhengzhou University',
  "Shandong Jining No.1 People's Hospital",
  'Shandong Provincial Third Hospital',
  'Shandong University of Traditional Chinese Medicine',
  'Shengli Oilfield Central Hospital',
  "Tai'an Central Hospital",
  'The Affiliated Hospital of Binzhou Medical College',
  'The Affiliated Hospital of Jining Medical College',
  "The First People's Hospital of Yunnan Province",
  "The First People's Hospital of Jingzhou",
  'The Second Affiliated Hospital of Harbin Medical University',
  'The Second Affiliated Hospital of Shandong First Medical University',
  'The Second Affiliated Hospital of Shandong University of Traditional Chinese Medicine',
  'Weihai Central Hospital',
  'Weihai Municipal Hospital',
  "Wuwei People's Hospital",
  'Yantai Ludong Hospital (Shandong Provincial Hospital Group)',
  'Yuncheng Institute of Hematology',
  'Zhengzhou Central Hospital',
  'Zibo Municipal Hospital',
  "Zigong No.1 People's Hospital",
];
